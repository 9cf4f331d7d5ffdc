// A mail server on loopback that keeps what it is given.
import { SMTPServer } from "smtp-server";

/** The words of a mail of one part, as whoever gets it reads them. */
export function words(raw) {
  const [head, ...rest] = raw.toString("latin1").split("\r\n\r\n");
  const body = rest.join("\r\n\r\n");
  const encoding = /^content-transfer-encoding:\s*(\S+)/im.exec(head)?.[1].toLowerCase() ?? "7bit";
  if (encoding === "base64") return Buffer.from(body, "base64").toString("utf8");
  if (encoding === "quoted-printable") {
    const bytes = body.replace(/=\r\n/g, "").replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
    return Buffer.from(bytes, "latin1").toString("utf8");
  }
  return Buffer.from(body, "latin1").toString("utf8");
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Starts one; `mails` holds every mail as { to, from, head, text }. */
export async function startSmtp() {
  const mails = [];
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    onData(stream, session, done) {
      const pieces = [];
      stream.on("data", (piece) => pieces.push(piece));
      stream.on("error", done);
      stream.on("end", () => {
        const raw = Buffer.concat(pieces);
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mails.push({ to, from: session.envelope.mailFrom.address, head: raw.toString("latin1").split("\r\n\r\n")[0], text: words(raw) });
        done();
      });
    },
  });
  await new Promise((ready, failed) => {
    server.once("error", failed);
    server.listen(0, "127.0.0.1", ready);
  });
  // A connection that breaks off is no reason to end the tests.
  server.on("error", () => {});
  const { port } = server.server.address();

  /** The first mail to an address, after so many others, that has such words; waits until it comes. */
  async function mail(to, pattern, { since = 0, patience = 30_000 } = {}) {
    const until = Date.now() + patience;
    while (Date.now() < until) {
      const found = mails.slice(since).find((one) => one.to.includes(to) && pattern.test(one.text));
      if (found) return found;
      await pause(100);
    }
    throw new Error(`no mail to ${to} with ${pattern} in ${patience / 1000} s; there are ${mails.length}: ${mails.map((one) => one.to).join(", ")}`);
  }

  return { at: `smtp://127.0.0.1:${port}`, mails, mail, stop: () => new Promise((done) => server.close(done)) };
}
