// A name server on loopback: it answers from a table, and says that there is nothing for whatever does not stand there.
import { createSocket } from "node:dgram";
import packet from "dns-packet";

/** Starts one; `say` writes what stands at a name, `asked` holds every question so far. */
export async function startDns() {
  const table = new Map();
  const asked = [];
  const key = (type, name) => `${type} ${name.toLowerCase().replace(/\.$/, "")}`;
  const known = (name) => [...table.keys()].some((one) => one.endsWith(key("", name)));

  const socket = createSocket("udp4");
  socket.on("message", (bytes, from) => {
    let query;
    try {
      query = packet.decode(bytes);
    } catch {
      return;
    }
    const [question] = query.questions;
    if (!question) return;
    const { type, name } = question;
    asked.push(`${type} ${name}`);
    const answers = (table.get(key(type, name)) ?? []).map((data) => ({ type, name, class: "IN", ttl: 0, data }));
    // 3: there is no such name. Without answers and without it: the name has nothing of this type.
    const code = answers.length || known(name) ? 0 : 3;
    const flags = packet.RECURSION_DESIRED | packet.RECURSION_AVAILABLE | packet.AUTHORITATIVE_ANSWER | code;
    socket.send(packet.encode({ type: "response", id: query.id, flags, questions: [question], answers }), from.port, from.address);
  });
  await new Promise((ready, failed) => {
    socket.once("error", failed);
    socket.bind(0, "127.0.0.1", ready);
  });
  return {
    at: `127.0.0.1:${socket.address().port}`,
    asked,
    say: (type, name, values) => table.set(key(type, name), values),
    stop: () => new Promise((done) => socket.close(done)),
  };
}
