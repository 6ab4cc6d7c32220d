'use strict';

const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');

const alive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

const linkAt = (file) => {
  try {
    return fs.readlinkSync(file);
  } catch {
    return '';
  }
};

/** Sends one line and waits for the answer; run in a process of its own, because the caller must wait for it. */
const messenger = `
  const [socket, text] = process.argv.slice(1);
  const peer = require('node:net').connect(socket, () => peer.end(text));
  peer.on('error', () => process.exit(1));
  peer.on('close', () => process.exit(0));
  peer.resume();
  setTimeout(() => process.exit(1), 5000);
`;

/** One process per user data folder: a link that names a pid, as Chromium's, and a socket on which the others say their arguments. */
function createSingleInstance(userData, onSecond) {
  let server = null;
  const lockFile = () => path.join(userData(), 'SingletonLock');
  const socketPath = () => {
    const name = createHash('sha256').update(userData()).digest('hex').slice(0, 16);
    return path.join(os.tmpdir(), `electron-double-${name}.sock`);
  };

  function request(additionalData = null) {
    if (server !== null) return true;
    fs.mkdirSync(userData(), { recursive: true });
    const holder = Number(/-(\d+)$/.exec(linkAt(lockFile()))?.[1] ?? 0);
    if (holder > 0 && holder !== process.pid && alive(holder)) {
      const message = JSON.stringify({ argv: process.argv, cwd: process.cwd(), additionalData });
      const { status } = spawnSync(process.execPath, ['-e', messenger, socketPath(), message], { stdio: 'ignore' });
      if (status === 0) return false;
    }
    fs.rmSync(lockFile(), { force: true });
    fs.symlinkSync(`${os.hostname()}-${process.pid}`, lockFile());
    fs.rmSync(socketPath(), { force: true });
    server = net.createServer({ allowHalfOpen: true }, (peer) => {
      let text = '';
      peer.setEncoding('utf8');
      peer.on('data', (part) => (text += part));
      peer.on('error', () => undefined);
      peer.on('end', () => {
        peer.end();
        onSecond(JSON.parse(text));
      });
    });
    server.listen(socketPath());
    server.unref();
    return true;
  }

  function release() {
    if (server === null) return;
    server.close();
    server = null;
    fs.rmSync(socketPath(), { force: true });
    fs.rmSync(lockFile(), { force: true });
  }

  return { request, release, held: () => server !== null };
}

module.exports = { createSingleInstance };
