import type { Plugin } from "vite";

const MODULE = /graphql-language-service\/esm\/utils\/getVariablesJSONSchema\.js$/;
const ASKED = "if (fieldRequired) {";
const MENDED = "if (fieldRequired && field.defaultValue === undefined) {";

/**
 * The editor's check of variables takes an input field like `[String!]! = []` for one that must be given, and underlines
 * every object that leaves it out. A field with a default may be left out (GraphQL, section 3.10). Fails the build when
 * the library's line is no longer there, so that this file goes when it is not needed.
 */
export function optionalDefaults(): Plugin {
  return {
    name: "optional-defaults",
    transform(code, id) {
      if (!MODULE.test(id)) return null;
      if (!code.includes(ASKED)) this.error(`${id} has changed: look whether plugins/optional-defaults.ts is still needed`);
      return { code: code.replace(ASKED, MENDED), map: null };
    },
  };
}
