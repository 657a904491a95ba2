// Holds the style sheets to the scale in styles/tokens.css. Where something can't follow it, the place says why.
const MEASURED = "/^(?:padding|margin|gap|row-gap|column-gap|font-size|border(?:-[a-z]+)*-radius)/";

export default {
  reportNeedlessDisables: true,
  reportInvalidScopeDisables: true,
  reportDescriptionlessDisables: true,
  rules: {
    "block-no-empty": true,
    "color-named": "never",
    "color-no-hex": true,
    "color-no-invalid-hex": true,
    "custom-property-no-missing-var-function": true,
    "declaration-block-no-duplicate-custom-properties": true,
    "declaration-block-no-duplicate-properties": [true, { ignore: ["consecutive-duplicates-with-different-values"] }],
    "declaration-block-no-shorthand-property-overrides": true,
    "declaration-property-unit-disallowed-list": { [MEASURED]: ["px", "rem", "pt"] },
    "declaration-property-value-allowed-list": {
      "font-weight": ["/^var\\(--weight-/", "inherit"],
      "line-height": ["/^var\\(--/", "/rem$/", "1", "inherit"],
      "letter-spacing": ["/em$/", "0", "normal"],
    },
    "function-disallowed-list": ["rgb", "rgba", "hsl", "hsla"],
    "function-no-unknown": true,
    "media-feature-name-no-unknown": true,
    "no-invalid-position-at-import-rule": true,
    "property-no-unknown": true,
    "selector-pseudo-class-no-unknown": true,
    "selector-pseudo-element-no-unknown": true,
    "unit-disallowed-list": [["px", "pt"], { ignoreMediaFeatureNames: { px: ["/./"] } }],
    "unit-no-unknown": true,
  },
  overrides: [
    {
      files: ["styles/tokens.css"],
      rules: {
        "color-no-hex": null,
        "function-disallowed-list": null,
        "unit-disallowed-list": null,
        "declaration-property-unit-disallowed-list": null,
      },
    },
  ],
};
