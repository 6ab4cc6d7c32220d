'use strict';

// Loaded before a module that utilityProcess.fork() starts: gives it Electron's `process.parentPort`.
const { EventEmitter } = require('node:events');

const parentPort = new EventEmitter();
parentPort.postMessage = (message) => process.connected && process.send(message);
parentPort.start = () => undefined;
process.on('message', (data) => parentPort.emit('message', { data, ports: [] }));
// An open port keeps a utility process alive, and the end of its parent ends it.
process.on('disconnect', () => process.exit(0));
// Electron's utility process has no channel of child_process.fork(): a worker that used it would fail there.
process.parentPort = parentPort;
