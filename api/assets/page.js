// Runs and copies the examples of this page, and asks the service for the figures of its park.

const TOTALS = `query Totals($parkId: ID!, $period: MonthsInput!) {
  footprint(boundary: { parkId: $parkId }, period: $period) {
    isComplete
    totals {
      scope1 { co2e(unit: TONNE) }
      scope2Location { co2e(unit: TONNE) }
      scope2Market { co2e(unit: TONNE) }
      scope3 { co2e(unit: TONNE) }
    }
  }
}`;

const REPORT = `query NewestReport {
  reports(first: 1) { nodes { id first last version tenant { nameZh nameEn } park { nameZh nameEn } } }
}`;

/** Send an operation to the service; returns its answer, errors and all, and how long it took. */
async function ask(query, variables) {
  const start = performance.now();
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", ...proof() },
    body: JSON.stringify({ query, variables }),
  });
  const answer = await response.json();
  return { answer, status: response.status, milliseconds: Math.round(performance.now() - start) };
}

/** Say who asks, where the page was handed a key. */
function proof() {
  const { key } = document.body.dataset;
  return key ? { authorization: `Bearer ${key}` } : {};
}

function textOf(example, selector) {
  return example.querySelector(selector)?.textContent ?? "";
}

async function run(example, button) {
  button.disabled = true;
  tell(example, "…");
  try {
    const variables = JSON.parse(textOf(example, ".variables code") || "{}");
    const { answer, status, milliseconds } = await ask(textOf(example, ".operation code"), variables);
    const verdict = answer.errors ? "有错误 with errors" : "成功 answered";
    tell(example, `${verdict} · ${status} · ${milliseconds} ms`, answer);
  } catch (error) {
    tell(example, `服务没有响应 The service did not answer: ${error.message}`, { errors: [] });
  } finally {
    button.disabled = false;
  }
}

/** Show how a run went below its example, and the answer if there is one. */
function tell(example, verdict, answer) {
  const place = example.querySelector(".answer");
  const body = place.querySelector("pre");
  place.hidden = false;
  place.dataset.outcome = answer ? (answer.errors ? "errors" : "data") : "running";
  place.querySelector(".verdict").textContent = verdict;
  body.hidden = !answer;
  body.textContent = answer ? JSON.stringify(answer, null, 2) : "";
}

async function copy(example, button) {
  const code = example.querySelector(".operation code");
  const before = [...button.childNodes];
  button.replaceChildren((await toClipboard(code)) ? "已复制 Copied" : "已选中，请按 Ctrl+C  Selected, press Ctrl+C");
  button.addEventListener("blur", () => button.replaceChildren(...before), { once: true });
}

/** Put the text into the clipboard; where the browser does not allow that (plain HTTP from afar), select it instead. */
async function toClipboard(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(code);
    return false;
  }
}

async function showFigures(park) {
  const state = park.querySelector(".state");
  try {
    const period = { first: park.dataset.first, last: park.dataset.last };
    const { answer } = await ask(TOTALS, { parkId: park.dataset.park, period });
    const { totals, isComplete } = answer.data.footprint;
    const largest = Math.max(...Object.values(totals).map(({ co2e }) => Number(co2e)), 1);
    for (const figure of park.querySelectorAll("[data-figure]")) {
      show(figure, totals[figure.dataset.figure].co2e, largest);
    }
    state.textContent = isComplete ? "" : "· 部分排放没有因子，未计入（见示例 04） Some lines have no factor and are missing from the totals (see example 04)";
  } catch {
    state.textContent = "· 服务没有给出数字 the service gave no figures";
  }
}

/** Show a total rounded to tonnes, and a bar as long as its share of the largest. */
function show(figure, tonnes, largest) {
  const rounded = new Intl.NumberFormat("en", { maximumFractionDigits: 0 }).format(tonnes);
  const bar = document.createElement("span");
  bar.className = "bar";
  bar.style.inlineSize = `${Math.max((Number(tonnes) / largest) * 100, 0.5)}%`;
  figure.querySelector("dd").replaceChildren(rounded, bar);
}

/** Name the newest published report, where the key reads one, and let its files be fetched. */
async function showReport(place) {
  const { answer } = await ask(REPORT);
  const report = answer.data?.reports.nodes[0];
  if (!report) return;
  const { nameZh, nameEn } = report.park ?? report.tenant;
  place.querySelector(".whose").textContent = `${nameZh} ${nameEn}, ${report.first} – ${report.last}`;
  for (const button of place.querySelectorAll("[data-file]")) {
    button.addEventListener("click", () => keep(report, button, place.querySelector(".fetching")));
  }
  place.hidden = false;
}

/** Fetch a file of a report with the key, which a link cannot present, and hand it to the browser to keep. */
async function keep(report, button, state) {
  button.disabled = true;
  state.textContent = "…";
  try {
    const response = await fetch(`/reports/v1/${report.id}.${button.dataset.file}`, { headers: proof() });
    if (!response.ok) throw new Error(response.status);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await response.blob());
    link.download = /filename="([^"]+)"/.exec(response.headers.get("content-disposition"))?.[1] ?? "";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    state.textContent = link.download;
  } catch (error) {
    state.textContent = `没有得到文件 The file was not handed out: ${error.message}`;
  } finally {
    button.disabled = false;
  }
}

for (const example of document.querySelectorAll(".example")) {
  for (const [selector, act] of [[".run", run], [".copy", copy]]) {
    const button = example.querySelector(selector);
    button.hidden = false;
    button.addEventListener("click", () => act(example, button));
  }
}

const park = document.querySelector("[data-park]");
if (park) {
  await showFigures(park);
  await showReport(park.querySelector(".report"));
}
