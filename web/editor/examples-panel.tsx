import { type GraphiQLPlugin, pick, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { type Example, operationName, variablesText } from "./examples.ts";

export const PANEL_TITLE = "Examples 示例";

/** Make the side panel that lists the examples. */
export function examplesPanel(examples: Example[]): GraphiQLPlugin {
  return { title: PANEL_TITLE, icon: Icon, content: () => <Panel examples={examples} /> };
}

function Panel({ examples }: { examples: Example[] }) {
  const open = useOpen(examples);
  if (!examples.length) return <p>No examples: the service did not answer. 服务未响应，示例不可用。</p>;
  return (
    <section className="examples" aria-label={PANEL_TITLE}>
      <h2>{PANEL_TITLE}</h2>
      <ol>
        {examples.map((example) => (
          <li key={example.id}>
            <button type="button" className="graphiql-un-styled" onClick={() => open(example)}>
              <strong lang="zh-CN">{example.titleZh}</strong>
              <strong>{example.titleEn}</strong>
              <span lang="zh-CN">{example.textZh}</span>
              <span>{example.textEn}</span>
            </button>
            {example.isReady || <p className="needs">Needs a park with data 需要有数据的园区: parkledger demo</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Open an example in the present tab if nothing of the user's is in it, else in a new one. */
function useOpen(examples: Example[]): (example: Example) => void {
  const { addTab, setOperationName } = useGraphiQLActions();
  const editors = useGraphiQL(pick("queryEditor", "variableEditor", "responseEditor"));
  return (example) => {
    const present = editors.queryEditor?.getValue().trim() ?? "";
    if (present && !examples.some(({ operation }) => operation.trim() === present)) addTab();
    editors.queryEditor?.setValue(example.operation);
    // GraphiQL reads the name a moment after the text; who runs it before that would ask for the one that was there.
    setOperationName(operationName(example));
    editors.variableEditor?.setValue(variablesText(example));
    editors.responseEditor?.setValue("");
    editors.queryEditor?.focus();
  };
}

function Icon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M4 5h10M4 10h7M4 15h5M13 20c0-5 3-8 7-8 0 5-3 8-7 8Zm0 0 4-4" />
    </svg>
  );
}
