// The server that is tested: BASE_URL names it.
export const base = (process.env.BASE_URL ?? "").replace(/\/$/, "");
if (!base) throw new Error("BASE_URL is not set: start a server and name it, for example BASE_URL=http://127.0.0.1:8080");

/** What the API answers. */
export async function asked(path) {
  const answer = await fetch(base + path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

/** The HTML of a page, and its status. */
export async function page(path) {
  const answer = await fetch(base + path, { redirect: "manual" });
  return { status: answer.status, html: await answer.text() };
}
