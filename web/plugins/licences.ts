import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import type { Plugin } from "vite";

/** What a package's own package.json says of it, as far as it is printed. */
interface Manifest {
  name: string;
  version: string;
  license?: string;
}

const NODE_MODULES = `${sep}node_modules${sep}`;
const INTRODUCTION =
  "Packages in the GraphQL editor of Parkledger, each with its licence as it was published.\n" +
  "The icon font in monaco-editor (codicon) is by Microsoft, licensed under CC BY 4.0.";
const NOTICES = /^(licen[cs]e|copying|notice|thirdpartynotices)/i;

/** Collects the packages that end up in the bundle and in its workers, and writes one file with their licences. */
export function licenceCollector(modules: string): { watch(): Plugin; write(fileName: string): Plugin } {
  const folders = new Set<string>();
  return {
    watch: () => ({
      name: "licences-watch",
      generateBundle(_options, bundle) {
        for (const output of Object.values(bundle)) {
          if (output.type !== "chunk") continue;
          for (const id of output.moduleIds) {
            const folder = packageFolder(id);
            if (folder) folders.add(folder);
          }
        }
      },
    }),
    write: (fileName) => ({
      name: "licences-write",
      generateBundle: {
        order: "post",
        handler() {
          if (!folders.size) this.error(`no package of ${modules} was bundled; the licence file would be empty`);
          this.emitFile({ type: "asset", fileName, source: licenceText([...folders]) });
        },
      },
    }),
  };
}

/** Folder of the package a module is of; none for our own modules and the bundler's. */
function packageFolder(id: string): string | undefined {
  const path = id.replace(/^\0+/, "").replace(/\?.*$/, "");
  const start = path.lastIndexOf(NODE_MODULES);
  if (start < 0) return undefined;
  const [first, second] = path.slice(start + NODE_MODULES.length).split(sep);
  if (!first) return undefined;
  const name = first.startsWith("@") && second ? join(first, second) : first;
  return path.slice(0, start + NODE_MODULES.length) + name;
}

function licenceText(folders: string[]): string {
  const packages = folders
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest }))
    .sort((a, b) => a.manifest.name.localeCompare(b.manifest.name, "en"));
  const list = packages.map(({ manifest }) => title(manifest)).join("\n");
  return [INTRODUCTION, list, ...packages.map(({ folder, manifest }) => section(folder, manifest))].join("\n\n");
}

function title({ name, version, license }: Manifest): string {
  return `${name} ${version} (${license ?? "see its text below"})`;
}

function section(folder: string, manifest: Manifest): string {
  const texts = noticeFiles(folder).map((path) => readFileSync(path, "utf8").trim());
  return ["=".repeat(80), title(manifest), ...texts].join("\n\n");
}

/** The licence and notice files of a package; one without any states its licence in package.json alone. */
function noticeFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => NOTICES.test(name))
    .sort()
    .map((name) => join(folder, name));
}
