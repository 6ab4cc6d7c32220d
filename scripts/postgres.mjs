/** PostgreSQL's server for the tests of the shared log, got as the Chromium is. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { aptSteps, isExecutable, onPath, runSteps } from './programs.mjs';

const debianFolder = '/usr/lib/postgresql';
const otherFolders = ['/usr/pgsql/bin', '/usr/local/pgsql/bin', '/opt/homebrew/bin', '/usr/local/bin'];

/** @returns {string | null} the folder with `initdb` and `postgres`, of the newest version that is here */
export function findPostgres() {
  const named = process.env['VIDEO_INBOX_POSTGRES_BIN'];
  const places = named
    ? [named]
    : [...debianVersions(), ...onPath(['initdb']).map((file) => path.dirname(file)), ...otherFolders];
  return places.find((folder) => ['initdb', 'postgres'].every((name) => isExecutable(path.join(folder, name)))) ?? null;
}

/** 14 is the oldest that the program promises to work with. */
function debianVersions() {
  if (!existsSync(debianFolder)) return [];
  return readdirSync(debianFolder)
    .filter((name) => Number(name) >= 14)
    .sort((a, b) => Number(b) - Number(a))
    .map((name) => path.join(debianFolder, name, 'bin'));
}

/** @returns {string | null} the pooler that many hosts put before it */
export function findPgBouncer() {
  return ['/usr/sbin/pgbouncer', ...onPath(['pgbouncer'])].find(isExecutable) ?? null;
}

/** Gets them where apt can; without them the tests of the shared log are skipped. @param {(line: string) => void} say */
export function getPostgres(say) {
  const missing = [
    ...(findPostgres() === null ? ['postgresql'] : []),
    ...(findPgBouncer() === null ? ['pgbouncer'] : []),
  ];
  const steps = missing.length > 0 ? aptSteps(missing) : null;
  if (steps === null) return;
  say(`Getting ${missing.join(' and ')} for the tests of the shared log`);
  if (!runSteps(steps)) say('It could not be installed: the tests of the shared log will be skipped.');
}
