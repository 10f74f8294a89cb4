import "./workers.ts";
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { createRoot } from "react-dom/client";
import { chosenExample, type Example, fetchOffer, headersText, type Offer, variablesText } from "./examples.ts";
import { examplesPanel, PANEL_TITLE } from "./examples-panel.tsx";
// One style sheet each, as the ready-made one carries fonts and a copy of Monaco's.
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "./editor.css";

const fetcher = createGraphiQLFetcher({ url: "/graphql" });

/** Whether the examples have room beside the editor; the width is that in editor.css. */
const isWide = matchMedia("(width >= 52rem)").matches;

function Editor({ offer: { examples, key } }: { offer: Offer }) {
  const chosen = chosenExample(examples, location.search);
  const first = chosen ?? examples[0];
  const headers = headersText(key);
  return (
    <GraphiQL
      fetcher={fetcher}
      plugins={[examplesPanel(examples), HISTORY_PLUGIN]}
      {...(isWide && { visiblePlugin: PANEL_TITLE })}
      defaultEditorToolsVisibility="variables"
      {...(headers && { defaultHeaders: headers, initialHeaders: headers })}
      {...(first && { defaultTabs: [{ ...tabOf(first), headers }] })}
      {...(chosen && { initialQuery: chosen.operation, initialVariables: variablesText(chosen) })}
    >
      <GraphiQL.Logo>
        <a className="home" href="/" title="What is where 首页">
          Parkledger
        </a>
      </GraphiQL.Logo>
    </GraphiQL>
  );
}

function tabOf(example: Example): { query: string; variables: string } {
  return { query: example.operation, variables: variablesText(example) };
}

const place = document.getElementById("editor");
if (!place) throw new Error("index.html has no element with the id editor");
createRoot(place).render(<Editor offer={await fetchOffer()} />);
