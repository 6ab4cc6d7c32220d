import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface Fixture {
  readonly name: string;
  readonly description: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly path_hint: string;
  readonly body: unknown;
  readonly expect: {
    readonly taskId: string | null;
    readonly status: 'succeeded' | 'failed' | 'processing' | 'challenge';
    readonly videoUrls: readonly string[];
    readonly thumbnailUrl: string | null;
    readonly message: string | null;
  };
  readonly signing?: {
    readonly scheme: string;
    readonly secret?: string;
    readonly jwks?: unknown;
    readonly rawBody?: string;
    readonly signedId?: string;
    readonly now: number;
  };
}

const folder = path.join(import.meta.dirname, '../../fixtures/callbacks');

export const fixtures: readonly Fixture[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .sort()
  .map((file) => ({
    name: file.replace('.json', ''),
    ...(JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Omit<Fixture, 'name'>),
  }));

export function fixture(name: string): Fixture {
  const found = fixtures.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no fixture ${name}`);
  return found;
}

export function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
