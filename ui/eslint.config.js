import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const words = "[A-Za-zÀ-ÿ]{2,}";
const textProps = "^(aria-label|aria-description|title|placeholder|label|description|alt|leftLabel)$";

export default tseslint.config(
  { ignores: ["dist", "node_modules", ".tools", "src/lib/host/bindings.ts", "test-results", "playwright-report"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  {
    files: ["src/**/*.{ts,tsx}"],
    plugins: { "react-hooks": reactHooks },
    rules: {
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      "no-console": "error",
      "no-restricted-syntax": [
        "error",
        { selector: `JSXText[value=/${words}/]`, message: "Text belongs in src/i18n/messages." },
        {
          selector: `JSXAttribute[name.name=/${textProps}/] > Literal[value=/${words}/]`,
          message: "Text belongs in src/i18n/messages.",
        },
      ],
    },
  },
  {
    // One door to the desktop: everything of Tauri enters through src/lib/host.
    files: ["src/**/*.{ts,tsx}"],
    ignores: ["src/lib/host/**"],
    rules: {
      "no-restricted-imports": ["error", { patterns: ["@tauri-apps/*", "@/lib/host/bindings", "@/lib/host/fake/*"] }],
    },
  },
  { files: ["eslint.config.js", "postcss.config.js"], extends: [tseslint.configs.disableTypeChecked] },
);
