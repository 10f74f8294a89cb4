/** An example operation as the service offers it at /examples.json, its ids already those of the park that is there. */
export interface Example {
  id: string;
  titleZh: string;
  titleEn: string;
  textZh: string;
  textEn: string;
  operation: string;
  variables: Record<string, unknown>;
  isReady: boolean;
}

/** What the service offers to the editor: examples, and in a demonstration the key that operations are sent with. */
export interface Offer {
  examples: Example[];
  key: string;
}

/** Fetch the offer; an empty one if the service does not answer, as the editor is of use without it. */
export async function fetchOffer(): Promise<Offer> {
  try {
    const response = await fetch("/examples.json");
    return response.ok ? ((await response.json()) as Offer) : { examples: [], key: "" };
  } catch {
    return { examples: [], key: "" };
  }
}

/** Text for the headers pane, where a key of one's own is put in. */
export function headersText(key: string): string {
  return key ? JSON.stringify({ Authorization: `Bearer ${key}` }, null, 2) : "";
}

/** Text for the variables pane; empty for an operation that takes none. */
export function variablesText(example: Example): string {
  return Object.keys(example.variables).length ? JSON.stringify(example.variables, null, 2) : "";
}

/** Name of an example's operation; every example has one, and one operation. */
export function operationName(example: Example): string {
  return /\b(?:query|mutation|subscription)\s+(\w+)/.exec(example.operation)?.[1] ?? "";
}

/** The example that the page's address names, as /graphql?example=tenants. */
export function chosenExample(examples: Example[], search: string): Example | undefined {
  const id = new URLSearchParams(search).get("example");
  return examples.find((example) => example.id === id);
}
