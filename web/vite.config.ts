import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { licenceCollector } from "./plugins/licences.ts";
import { optionalDefaults } from "./plugins/optional-defaults.ts";

/** The entry to build: a folder here, served by the service under its name. */
const ENTRY = "editor";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const licences = licenceCollector(here("node_modules"));

export default defineConfig({
  root: here(ENTRY),
  base: `/${ENTRY}/`,
  publicDir: false,
  plugins: [optionalDefaults(), licences.watch(), licences.write("third-party-licences.txt")],
  // Workers are bundles of their own, and what is in them has licences too.
  worker: { format: "es", plugins: () => [optionalDefaults(), licences.watch()] },
  build: {
    outDir: here(`../api/static/${ENTRY}`),
    emptyOutDir: true,
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      onwarn(warning, warn) {
        // Libraries mark modules for server rendering, which there is none of here.
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") warn(warning);
      },
    },
  },
});
