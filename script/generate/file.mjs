// A file that is written while it is made: memory does not grow with it.
import { closeSync, openSync, writeSync } from 'node:fs';

const CHUNK = 1 << 20;

export class Out {
  constructor(path) {
    this.handle = openSync(path, 'w');
    this.parts = [];
    this.length = 0;
    this.bytes = 0;
  }
  write(text) {
    this.parts.push(text);
    this.length += text.length;
    if (this.length >= CHUNK) this.flush();
  }
  flush() {
    const chunk = Buffer.from(this.parts.join(''));
    for (let done = 0; done < chunk.length; ) done += writeSync(this.handle, chunk, done);
    this.bytes += chunk.length;
    this.parts = [];
    this.length = 0;
  }
  close() {
    this.flush();
    closeSync(this.handle);
    return this.bytes;
  }
}

/** A JSON file with one list: `head`, the elements one a line, `tail`. */
export class JsonList {
  constructor(path, head, tail) {
    this.out = new Out(path);
    this.out.write(head);
    this.tail = tail;
    this.count = 0;
  }
  add(value) {
    this.out.write((this.count++ ? ',\n' : '\n') + JSON.stringify(value));
    return this.count;
  }
  close() {
    this.out.write('\n' + this.tail);
    return this.out.close();
  }
}

/** A table of plain words: a field with a comma or quote is quoted. */
export class Csv {
  constructor(path, columns) {
    this.out = new Out(path);
    this.row(columns);
  }
  row(fields) {
    this.out.write(fields.map((f) => (/[",\n]/.test(f) ? `"${String(f).replaceAll('"', '""')}"` : f)).join(',') + '\n');
  }
  close() {
    return this.out.close();
  }
}
