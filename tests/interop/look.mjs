// Opens pages in Chromium and says what is wrong with each. Usage: node look.mjs CHROMIUM FILE...
// Writes a JSON object to standard output: by file, axe's violations, requests to anything but the
// file itself, scripts, how much wider than 320 pixels the page is there, how many tables are not
// seen whole there although their rows are blocks, how many charts that fit have a hint to scroll or
// that do not fit have none, how many tables and charts are cut on paper (A4), and how high the first
// page of a report for a board is there.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

// What axe looks for in each colour scheme: they differ in nothing but their colours.
const RULES = {
  light: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  dark: { type: "rule", values: ["color-contrast"] },
};
const A4 = 680; // pixels of 1/96 inch between the margins of 15 mm of an upright page
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const [executablePath, ...files] = process.argv.slice(2);
const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox"] });
const told = {};
for (const file of files) {
  const url = pathToFileURL(file).href;
  const page = await browser.newPage();
  const requests = [];
  page.on("request", (request) => request.url() !== url && requests.push(request.url()));
  await page.goto(url);
  const scripts = await page.$$eval("script", (found) => found.length);
  const violations = {};
  await page.evaluate(axe);
  for (const [scheme, runOnly] of Object.entries(RULES)) {
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    const found = await page.evaluate((runOnly) => axe.run({ runOnly }), runOnly);
    violations[scheme] = found.violations.map((v) => `${v.id}: ${v.nodes[0].target}`);
  }
  await page.setViewport({ width: 320, height: 640 });
  const wider = await page.evaluate(() => document.scrollingElement.scrollWidth - 320);
  const hidden = await page.$$eval(
    ".scroll:has(.stack)",
    (found) => found.filter((one) => one.scrollWidth > one.clientWidth + 1).length,
  );
  const hints = await page.$$eval(
    ".chart",
    (found) =>
      found.filter((one) => {
        const hint = parseFloat(getComputedStyle(one, "::before").height) > 0;
        return hint !== one.scrollWidth > one.clientWidth + 1;
      }).length,
  );
  await page.setViewport({ width: A4, height: 1000 });
  await page.emulateMediaType("print");
  const cut = await page.evaluate(
    () =>
      [...document.querySelectorAll("table, svg")].filter(
        (one) =>
          !one.closest(".rest") && // cut where the last page ends, which only paper has
          one.getBoundingClientRect().right > document.documentElement.clientWidth,
      ).length +
      [...document.querySelectorAll(".columns .scroll")].filter(
        (one) => one.scrollWidth > one.clientWidth + 1,
      ).length,
  );
  const front = await page.evaluate(() => document.querySelector(".front")?.offsetHeight ?? 0);
  told[file] = { front, violations, requests, scripts, wider, hidden, hints, cut };
  await page.close();
}
await browser.close();
process.stdout.write(JSON.stringify(told));
