/** A test file fails that leaves a file of its folders open: later Nodes end a program over one that nobody closes. */
import { readdirSync, readlinkSync } from 'node:fs';
import { afterAll, vi } from 'vitest';

function openInTestFolders(): readonly string[] {
  if (process.platform !== 'linux') return []; // nothing lists them there
  return readdirSync('/proc/self/fd').flatMap((number) => {
    try {
      const file = readlinkSync(`/proc/self/fd/${number}`);
      return file.includes('video-inbox-test-') ? [`${number}: ${file}`] : [];
    } catch {
      return []; // closed meanwhile
    }
  });
}

const before = openInTestFolders();

// What was told to close may take a moment for it.
afterAll(() =>
  vi.waitFor(() => {
    const left = openInTestFolders().filter((file) => !before.includes(file));
    if (left.length > 0) throw new Error(`left open: ${left.join(', ')}`);
  }, 5000),
);
