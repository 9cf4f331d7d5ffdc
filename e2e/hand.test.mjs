// What axe cannot see, on every template: where the focus goes and whether it is seen, targets of 24 px, help always in
// the same place, suggestions that a screen reader meets, text twice as large, forced colours, no motion.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addresses } from "./addresses.mjs";
import { base, fits, open } from "./lib.mjs";

const LANGS = ["en", "es"];

/** Every template once, on one page that may be asked again and again. */
async function each(lang, options, look) {
  const list = await addresses(lang, { perTemplate: 1 });
  const { page, end } = await open({ expectedStatus: [404], reducedMotion: "reduce", ...options });
  for (const { path } of list) {
    await page.goto(base + path);
    await look(page, path);
  }
  await end();
}

/** Text that a box cuts off. */
const clipped = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("body *:not(input, select, textarea)")]
      .filter((one) => {
        const style = getComputedStyle(one);
        if (!["hidden", "clip"].includes(style.overflowX) && !["hidden", "clip"].includes(style.overflowY)) return false;
        return one.clientWidth > 1 && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1);
      })
      .map((one) => one.outerHTML.slice(0, 100)),
  );

/** Controls that lie over each other: what happens when text grows and boxes do not. */
const overlapping = (page) =>
  page.evaluate(() => {
    const boxes = [...document.querySelectorAll("a[href], button, input, select, summary")]
      .filter((one) => one.checkVisibility())
      .flatMap((one) => [...one.getClientRects()].map((rect) => ({ one, rect })))
      .filter(({ rect }) => rect.width > 1 && rect.height > 1 && rect.right > 0);
    const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
    const found = [];
    boxes.forEach((a, n) => {
      for (const b of boxes.slice(n + 1)) {
        // Lines of text stand closer than the boxes of their letters are high.
        const inline = [a, b].some(({ one }) => getComputedStyle(one).display === "inline");
        if (!inline && a.one !== b.one && !a.one.contains(b.one) && !b.one.contains(a.one) && over(a.rect, b.rect)) {
          found.push(`${a.one.outerHTML.slice(0, 80)} and ${b.one.outerHTML.slice(0, 80)}`);
        }
      }
    });
    return found;
  });

for (const width of [360, 1280]) {
  test(`by Tab: every control once, in the order of the page, seen and not covered: ${width}px`, async (t) => {
    let stops = 0;
    await each("en", { width }, async (page, path) => {
      // In this order and no other.
      const expected = await page.evaluate(() => {
        // What an element keeps in a tree of its own (the picker) is met where the element stands.
        const within = (root) => [...root.querySelectorAll("*")].flatMap((one) => [one, ...(one.shadowRoot ? within(one.shadowRoot) : [])]);
        const all = within(document)
          .filter((one) => one.matches("a[href], button, input, select, textarea, summary, [tabindex]"))
          .filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility());
        // Of radio buttons with one name, Tab meets one.
        const radios = new Set();
        const met = all.filter((one) => one.type !== "radio" || (!radios.has(one.name) && radios.add(one.name)));
        met.forEach((one, n) => { one.dataset.stop = n; });
        return met.length;
      });
      const wrong = [];
      for (let n = 0; n < expected; n += 1) {
        await page.keyboard.press("Tab");
        const { stop, words, faults } = await page.evaluate(seen);
        if (stop !== String(n) && !words.includes("type=\"radio\"")) wrong.push(`stop ${n} is ${stop}: ${words}`);
        wrong.push(...faults.map((fault) => `${words}: ${fault}`));
        stops += 1;
        if (wrong.length > 5) break;
      }
      assert.deepEqual(wrong, [], path);
    });
    t.diagnostic(`${stops} stops`);
  });
}

/** Looks at what has the focus. Runs in the page. */
function seen() {
  let one = document.activeElement;
  while (one.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
  const style = getComputedStyle(one);
  const rect = one.getBoundingClientRect();
  const faults = [];
  const numbers = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const light = (colour) => {
    const [r, g, b] = numbers(colour).map((n) => (n / 255 <= 0.04045 ? n / 255 / 12.92 : ((n / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (from) => {
    for (let at = from; at; at = at.parentElement ?? at.getRootNode().host) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((numbers(colour)[3] ?? 1) > 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  if (one === document.body) faults.push("nothing has the focus");
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) faults.push(`no outline (${style.outline})`);
  else {
    const offset = parseFloat(style.outlineOffset);
    const [a, b] = [light(style.outlineColor), light(ground(offset >= 0 ? (one.parentElement ?? one.getRootNode().host) : one))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 3) faults.push(`its outline ${style.outlineColor} has a contrast of ${contrast.toFixed(1)}`);
  }
  if (rect.bottom < 1 || rect.top > innerHeight - 1 || rect.right < 1 || rect.left > innerWidth - 1) faults.push("it is not on the screen");
  else {
    // Somewhere of it must be on top (WCAG 2.4.11); a link of several lines has several boxes.
    const boxes = [...one.getClientRects()].filter((box) => box.width > 0);
    const free = boxes.some((box) => {
      const top = one.getRootNode().elementFromPoint(box.left + box.width / 2, Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1));
      return top && (one.contains(top) || top.contains(one) || (one.labels && [...one.labels].some((label) => label.contains(top))));
    });
    if (!free) faults.push("something covers it");
  }
  return { stop: one.dataset.stop, words: one.outerHTML.slice(0, 110).replace(/\s+/g, " "), faults };
}

test("the first stop skips to the content", async () => {
  for (const prefix of ["/", "/es"]) {
    const { page, end } = await open({ width: 1280 });
    await page.goto(base + prefix);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.closest("main") !== null), true);
    await end();
  }
});

test("targets are 24 px, or far enough from each other (WCAG 2.5.8)", async () => {
  for (const lang of LANGS) {
    await each(lang, { width: 320 }, async (page, path) => {
      await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
      const small = await page.evaluate(() => {
        const targets = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [role=option]")]
          .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > 0)
          .map((one) => ({ one, rect: one.getBoundingClientRect() }));
        const isSmall = ({ rect }) => rect.width < 23.9 || rect.height < 23.9;
        // In a sentence, the line decides.
        const inText = ({ one }) => {
          const around = one.parentElement.closest("p, li, dd, td, span, h2, h3") ?? one.parentElement;
          return getComputedStyle(one).display === "inline" && around.innerText.trim().length > one.innerText.trim().length;
        };
        // A circle of 24 px around its middle must not meet another target, nor the circle of another small one.
        const middle = ({ rect }) => [rect.left + rect.width / 2, rect.top + rect.height / 2];
        const near = (a, b) => {
          const [x, y] = middle(a);
          if (isSmall(b)) return Math.hypot(x - middle(b)[0], y - middle(b)[1]) < 24;
          const dx = Math.max(b.rect.left - x, 0, x - b.rect.right);
          const dy = Math.max(b.rect.top - y, 0, y - b.rect.bottom);
          return Math.hypot(dx, dy) < 12;
        };
        return targets
          .filter((a) => isSmall(a) && !inText(a) && targets.some((b) => b.one !== a.one && near(a, b)))
          .map(({ one, rect }) => `${one.outerHTML.slice(0, 100)} ${rect.width.toFixed(0)}x${rect.height.toFixed(0)}`);
      });
      assert.deepEqual(small, [], path);
    });
  }
});

test("help, the languages and every other link of the frame stand in the same order on every page (WCAG 3.2.3, 3.2.6)", async () => {
  for (const lang of LANGS) {
    let first;
    await each(lang, { width: 1280, javaScriptEnabled: false }, async (page, path) => {
      const frame = await page.evaluate(() =>
        ["header.top a:not(.language)", "footer.foot a"].map((where) => [...document.querySelectorAll(where)].map((one) => `${one.innerText.trim()} ${one.getAttribute("href")}`)),
      );
      first ??= frame;
      assert.deepEqual(frame, first, path);
      assert.equal(await page.locator("header.top .language").count(), 1, path);
    });
    const help = first.map((links) => links.filter((link) => / (\/es)?\/help(\/|$)/.test(link)));
    assert.ok(help[0].length >= 1, `help at the top: ${first[0]}`);
    assert.ok(help[1].some((link) => link.endsWith("/help/contact")), `whom to ask, at the bottom: ${first[1]}`);
  }
});

test("nothing is owned from afar, and a screen reader meets every suggestion by swiping", async () => {
  await each("en", { width: 360 }, async (page, path) => {
    assert.equal(await page.locator("[aria-owns]").count(), 0, path);
  });
  const { page, end } = await open({ width: 360 });
  await page.goto(`${base}/`);
  await page.locator("#q").pressSequentially("health");
  await page.locator("[role=listbox]").waitFor();
  const shown = await page.locator("[role=option]").allInnerTexts();
  assert.ok(shown.length > 3);
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  // In the order of the tree, which is the order of swiping: the box, then each option, then the button.
  const order = [];
  const walk = (node) => {
    if (!node.ignored && ["searchbox", "combobox", "option", "button"].includes(node.role?.value)) order.push(`${node.role.value} ${node.name?.value ?? ""}`.trim());
    for (const id of node.childIds ?? []) walk(byId.get(id));
  };
  walk(nodes[0]);
  const box = order.findIndex((one) => one.startsWith("combobox"));
  const options = order.slice(box + 1, box + 1 + shown.length);
  assert.ok(options.every((one) => one.startsWith("option ")), order.join("; "));
  assert.match(order[box + 1 + shown.length], /^button /);
  assert.equal(await page.locator("[aria-owns]").count(), 0);
  await end();
});

test("twice as large, by zoom and by letters alone: nothing is cut off or lies over something else", async () => {
  for (const lang of LANGS) {
    await each(lang, { width: 640, deviceScaleFactor: 2 }, async (page, path) => {
      await fits(page, `${path} at 200 %`);
      assert.deepEqual(await clipped(page), [], `${path} at 200 %`);
      assert.deepEqual(await overlapping(page), [], `${path} at 200 %`);
    });
    for (const width of [390, 1280]) {
      await each(lang, { width }, async (page, path) => {
        // What people set in their browser: rem and em grow, px do not.
        const session = await page.context().newCDPSession(page);
        await session.send("Page.setFontSizes", { fontSizes: { standard: 32, fixed: 26 } });
        assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), "32px");
        await session.detach();
        await fits(page, `${path} with large letters`);
        assert.deepEqual(await clipped(page), [], `${path} with large letters, ${width}px`);
        assert.deepEqual(await overlapping(page), [], `${path} with large letters, ${width}px`);
      });
    }
  }
});

test("room between letters, words and lines may be added (WCAG 1.4.12)", async () => {
  await each("es", { width: 320 }, async (page, path) => {
    await page.evaluate(() => {
      for (const one of document.querySelectorAll("body, body *")) {
        Object.assign(one.style, { lineHeight: "1.5", letterSpacing: "0.12em", wordSpacing: "0.16em" });
      }
    });
    await fits(page, path);
    assert.deepEqual(await clipped(page), [], path);
  });
});

test("forced colours: what is pressed has an edge, what is written is seen", async () => {
  await each("en", { width: 390, forcedColors: "active" }, async (page, path) => {
    const bare = await page.evaluate(() =>
      [...document.querySelectorAll(".usa-button, .chip, input:not([type=checkbox], [type=radio]), select, textarea")]
        .filter((one) => one.checkVisibility())
        .filter((one) => {
          const style = getComputedStyle(one);
          return style.borderTopStyle === "none" || parseFloat(style.borderTopWidth) < 1 || style.borderTopColor === getComputedStyle(document.body).backgroundColor;
        })
        .map((one) => one.outerHTML.slice(0, 100)),
    );
    assert.deepEqual(bare, [], path);
    const unseen = await page.evaluate(() =>
      [...document.querySelectorAll("main a, main button, main h1, main h2, main p, main .icon")]
        .filter((one) => one.checkVisibility())
        .filter((one) => {
          const style = getComputedStyle(one);
          return style.forcedColorAdjust !== "auto" && !one.matches(".icon, .icon *") || style.color === getComputedStyle(document.body).backgroundColor;
        })
        .map((one) => one.outerHTML.slice(0, 100)),
    );
    assert.deepEqual(unseen, [], path);
  });
});

test("nothing moves: not at all for those who ask for it, and never long", async () => {
  const moving = (page) =>
    page.evaluate(() =>
      [...document.querySelectorAll("*")].flatMap((one) => {
        const style = getComputedStyle(one);
        const seconds = (text) => Math.max(...text.split(",").map((part) => parseFloat(part) * (part.includes("ms") ? 0.001 : 1)));
        const animated = style.animationName !== "none" ? seconds(style.animationDuration) : 0;
        return [{ what: one.outerHTML.slice(0, 80), seconds: Math.max(animated, seconds(style.transitionDuration)) }];
      }).filter(({ seconds }) => seconds > 0),
    );
  await each("en", { width: 390 }, async (page, path) => {
    assert.deepEqual(await moving(page), [], path);
    await page.emulateMedia({ reducedMotion: "no-preference" });
    const long = (await moving(page)).filter(({ seconds }) => seconds > 0.2);
    await page.emulateMedia({ reducedMotion: "reduce" });
    assert.deepEqual(long, [], path);
  });
});
