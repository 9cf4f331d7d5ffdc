// Pages of other sites, to put things of ours into: servers of their own on ports of their own, so on other origins.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A key and certificate nobody else knows, made for this run. */
function certificate() {
  const folder = mkdtempSync(join(tmpdir(), "connector-host-"));
  try {
    const [key, cert] = ["key.pem", "cert.pem"].map((name) => join(folder, name));
    const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert, ...subject], { stdio: "pipe" });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A site with one page at every address: `{ origin, show(html, headers), close() }`. */
export async function host({ secure = false } = {}) {
  let page = { html: "", headers: {} };
  const answer = (request, response) => {
    if (request.url === "/favicon.ico") return response.writeHead(204).end();
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...page.headers }).end(page.html);
  };
  const server = secure ? createSecureServer(certificate(), answer) : createServer(answer);
  await new Promise((ready) => { server.listen(0, "127.0.0.1", ready); });
  return {
    origin: `${secure ? "https" : "http"}://127.0.0.1:${server.address().port}`,
    show: (body, { lang = "en", headers = {}, head = "" } = {}) => {
      const start = `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Another site</title>${head}</head>`;
      page = { html: `${start}<body><main><h1>Another site</h1>${body}</main></body></html>`, headers };
    },
    close: () => new Promise((done) => { server.close(done); server.closeAllConnections(); }),
  };
}
