'use strict';

const fs = require('node:fs');
const path = require('node:path');

/**
 * Writes the files of an asar archive (and those beside it in `.unpacked`) below `target`. The archive starts with two
 * lengths and a JSON header, each wrapped in a length of its own; file offsets count from the end of the header.
 */
function unpackAsar(archive, target) {
  const bytes = fs.readFileSync(archive);
  const base = 8 + bytes.readUInt32LE(4);
  const header = JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12)));
  const write = (node, relative) => {
    const file = path.join(target, relative);
    if (node.files) {
      fs.mkdirSync(file, { recursive: true });
      for (const [name, child] of Object.entries(node.files)) write(child, path.join(relative, name));
    } else if (node.link) {
      fs.symlinkSync(path.join(target, node.link), file);
    } else if (node.unpacked) {
      fs.copyFileSync(path.join(`${archive}.unpacked`, relative), file);
    } else {
      const from = base + Number(node.offset);
      fs.writeFileSync(file, bytes.subarray(from, from + node.size), { mode: node.executable ? 0o755 : 0o644 });
    }
  };
  write(header, '.');
}

module.exports = { unpackAsar };
