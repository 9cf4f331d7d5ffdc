// The HTML of every template is valid: content models, no id twice, one h1, ARIA as it may be used, labels, landmarks.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HtmlValidate, StaticConfigLoader } from "html-validate";
import { addresses } from "./addresses.mjs";
import { page } from "./server.mjs";

const html = new HtmlValidate(
  new StaticConfigLoader({
    root: true,
    extends: ["html-validate:recommended", "html-validate:a11y", "html-validate:document"],
    rules: {
      // `<!doctype html>`: the standard leaves the case open.
      "doctype-style": "off",
      // Matters of taste: names are as long as they are, numbers do not break by style, a blank at the end of a line.
      "long-title": "off",
      "tel-non-breaking": "off",
      "no-trailing-whitespace": "off",
      // Styles and scripts come from the same place as the page: a hash in the page adds nothing.
      "require-sri": ["error", { target: "crossorigin" }],
      // HTML allows any id without white space; ours carry the codes of features (`feature-send.app_access`).
      "valid-id": ["error", { relaxed: true }],
      // Check boxes of one question have one name: how forms send several answers.
      "form-dup-name": ["error", { shared: ["checkbox", "radio"] }],
    },
  }),
);

/** What is wrong with a document, with line and rule. */
async function faults(text) {
  const { results } = await html.validateString(text);
  const found = results.flatMap((result) => result.messages).map((m) => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`);
  const titles = text.match(/<h1[\s>]/g)?.length ?? 0;
  if (titles !== 1) found.push(`${titles} h1`);
  return found;
}

for (const lang of ["en", "es"]) {
  test(`every template is valid HTML: ${lang}`, async () => {
    const list = await addresses(lang);
    const wrong = [];
    for (const { path, status } of list) {
      const answer = await page(path);
      assert.equal(answer.status, status, path);
      assert.match(answer.html, new RegExp(`<html lang="${lang}"`), path);
      wrong.push(...(await faults(answer.html)).map((fault) => `${path} ${fault}`));
    }
    assert.deepEqual(wrong, []);
  });
}

test("the check finds what it is for", async () => {
  const wrong = `<!doctype html>
<html lang="en"><head><title>t</title></head><body><main><h1>a</h1><h1>b</h1>
<p id="x">a</p><p id="x">b</p><ul><p>c</p></ul><img src="a.png"><input type="text"><a href="/" aria-labelledby="nowhere">d</a></main></body></html>`;
  const found = (await faults(wrong)).join("\n");
  for (const rule of ["no-dup-id", "element-permitted-content", "2 h1", "wcag/h37", "input-missing-label", "no-missing-references"]) {
    assert.ok(found.includes(rule), `${rule} in:\n${found}`);
  }
});
