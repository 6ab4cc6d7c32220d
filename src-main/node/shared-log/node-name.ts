/**
 * What a machine is called among those that share a log. One name is one machine: where one of that name is there, a second
 * is refused, unless nobody chose the name, which is the host's then. A machine that was killed and starts again on its
 * data folder is the same one, and starts at once.
 */
import type { NodeFacts } from '../../common/shared-status.ts';
import { InboxError } from '../../common/errors.ts';
import { sharedTexts } from '../../common/texts/en-shared.ts';
import type { Session } from './database.ts';
import { jsonbText } from './jsonb-text.ts';

/** Who has not told for so long is taken to be away. */
export const awayMs = 15_000;
/** Any number that nobody else uses for an advisory lock in this database; two that start together are asked in turn. */
const lockNumber = 7_031_904_227;

export interface NamedNode {
  readonly node: string;
  /** As the person chose it; `null` = nobody did. */
  readonly chosen: string | null;
  /** What it is called otherwise. */
  readonly host: string;
  readonly facts: NodeFacts;
}

/** @returns its name, by which the others see it from now on. @throws InboxError `conflict`; DatabaseAway */
export async function claimName(session: Session, { node, chosen, host, facts }: NamedNode): Promise<string> {
  const wanted = chosen ?? host;
  await session.query('SELECT pg_advisory_lock($1)', [lockNumber]);
  try {
    const [other] = await session.query(
      `SELECT extract(epoch FROM clock_timestamp() - seen_at) * 1000 AS ago FROM nodes
       WHERE name = $1 AND node <> $2 AND seen_at > clock_timestamp() - $3 * interval '1 millisecond'
       ORDER BY seen_at DESC LIMIT 1`,
      [wanted, node, awayMs],
    );
    if (other !== undefined && chosen !== null) {
      const seconds = Math.max(1, Math.ceil((awayMs - Number(other['ago'])) / 1000));
      throw new InboxError('conflict', sharedTexts.nameTaken(wanted, seconds));
    }
    const name = other === undefined ? wanted : `${wanted}-${node.slice(0, 4)}`;
    await session.query(
      `INSERT INTO nodes VALUES ($1, $2, clock_timestamp(), $3)
       ON CONFLICT (node) DO UPDATE SET name = excluded.name, seen_at = excluded.seen_at, facts = excluded.facts`,
      [node, name, jsonbText(facts)],
    );
    return name;
  } finally {
    await session.query('SELECT pg_advisory_unlock($1)', [lockNumber]).catch(() => undefined);
  }
}
