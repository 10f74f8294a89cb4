import "./workers.ts";
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { createRoot } from "react-dom/client";
import { chosenExample, type Example, fetchExamples, variablesText } from "./examples.ts";
import { examplesPanel, PANEL_TITLE } from "./examples-panel.tsx";
// One style sheet each, as the ready-made one carries fonts and a copy of Monaco's.
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "./editor.css";

const fetcher = createGraphiQLFetcher({ url: "/graphql" });

function Editor({ examples }: { examples: Example[] }) {
  const chosen = chosenExample(examples, location.search);
  const first = chosen ?? examples[0];
  return (
    <GraphiQL
      fetcher={fetcher}
      plugins={[examplesPanel(examples), HISTORY_PLUGIN]}
      visiblePlugin={PANEL_TITLE}
      defaultEditorToolsVisibility="variables"
      {...(first && { defaultTabs: [tabOf(first)] })}
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
createRoot(place).render(<Editor examples={await fetchExamples()} />);
