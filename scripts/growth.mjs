// `node scripts/growth.mjs`: what one inbox of several machines comes to with so many people, as the table of
// docs/scale.md. It plays a year in steps of a minute: callbacks come by the hour of the day and in bursts, events and
// films add up, and each limit is looked at until one breaks. `--people 10,1000` for other numbers.
import { readFlags } from './flags.mjs';

/** What is assumed, and what was measured. Times are of one processor of a small server. */
export const inputs = {
  /** Films that a person orders on a working day; each is one callback. */
  callbacksPerPersonADay: 50,
  /** The busiest minute beside the mean of the day: working hours, and batches that end together. */
  peakFactor: 50,
  /** What was read, the saved film, a question, a mark. */
  eventsPerCallback: 4,
  /** In the table with its indexes, of a mean event: assumed. */
  bytesPerEvent: 1000,
  bytesPerFilm: 20e6,
  /** `npm run bench -- --only shared`, c = 16, processor time of the main thread and of PostgreSQL. */
  callbackMs: 0.48,
  databaseMs: 0.14,
  /** Of an event in a machine that follows (read, parsed, folded): reckoned from a profile of the same, rounded up. */
  foldMs: 0.1,
  /** A head of a task in memory, and its lines, packed. */
  memoryPerTask: 1000,
  memoryPerMachine: 8e9,
  /** A machine with the role `download`, at a link of 1 Gbit/s that is half used. */
  linkBytesPerSecond: 62e6,
  /** Connections of a machine to the database, and what a server takes as it is installed. */
  connectionsPerMachine: 8,
  connectionsOfServer: 97,
  diskOfServer: 10e12,
  /** List prices of large providers, in euro or dollar: a month of a TB on S3, of a small machine, of a database server. */
  pricePerTbMonth: 23,
  pricePerMachine: 20,
  pricePerDatabase: 120,
};

const day = 86_400;
const minutesOfDay = 1440;
const days = 365;

/** @typedef {{ people: number, callbacksADay: number, eventsADay: number, databaseADay: number, filmsADay: number, peakPerSecond: number, intake: number, download: number, connections: number, costAfterAYear: number, breaks: { day: number, what: string } | null }} Growth */

/** Share of a day's callbacks in each minute: the night is quiet, and one minute of the afternoon has the peak. */
function sharesOfDay() {
  const shares = Array.from({ length: minutesOfDay }, (_, minute) => {
    const hour = minute / 60;
    return hour < 7 ? 0.1 : hour < 20 ? 1 + Math.sin((Math.PI * (hour - 7)) / 13) : 0.3;
  });
  shares[15 * 60] = (inputs.peakFactor * shares.reduce((sum, share) => sum + share, 0)) / minutesOfDay;
  const sum = shares.reduce((all, share) => all + share, 0);
  return shares.map((share) => share / sum);
}

/** @param {number} people @returns {Growth} */
export function grow(people) {
  const callbacksADay = people * inputs.callbacksPerPersonADay;
  const shares = sharesOfDay();
  const peakPerSecond = (Math.max(...shares) * callbacksADay) / 60;
  // Half of a processor is left for what else a machine does.
  const intake = Math.max(1, Math.ceil((peakPerSecond * inputs.callbackMs) / 1000 / 0.5));
  const filmsADay = callbacksADay * inputs.bytesPerFilm;
  const download = Math.max(1, Math.ceil(filmsADay / day / (inputs.linkBytesPerSecond / 2)));
  const isAlone = intake + download === 2 && people <= 20;
  const machines = isAlone ? 1 : intake + download;
  const connections = isAlone ? 0 : machines * inputs.connectionsPerMachine;
  const eventsADay = callbacksADay * inputs.eventsPerCallback;
  let tasks = 0;
  let stored = 0;
  let waiting = 0;
  /** @type {Growth['breaks']} */
  let breaks = null;
  for (let today = 1; today <= days && breaks === null; today += 1) {
    for (const share of shares) {
      const came = share * callbacksADay;
      tasks += came;
      stored += came * inputs.eventsPerCallback * inputs.bytesPerEvent;
      // What one server commits and each machine folds in a minute; the rest waits, in outboxes and in the feed.
      const perEventMs = Math.max(inputs.databaseMs / inputs.eventsPerCallback, inputs.foldMs);
      waiting = Math.max(0, waiting + came * inputs.eventsPerCallback - 60_000 / perEventMs);
      breaks ??= broken({ tasks, stored, waiting, connections, today });
    }
  }
  return {
    people,
    callbacksADay,
    eventsADay,
    databaseADay: eventsADay * inputs.bytesPerEvent,
    filmsADay,
    peakPerSecond,
    intake: isAlone ? 1 : intake,
    download: isAlone ? 0 : download,
    connections,
    costAfterAYear:
      machines * inputs.pricePerMachine +
      (isAlone ? 0 : 2 * inputs.pricePerDatabase) +
      ((filmsADay * days) / 1e12) * inputs.pricePerTbMonth,
    breaks,
  };
}

/** @param {{ tasks: number, stored: number, waiting: number, connections: number, today: number }} state @returns {Growth['breaks']} */
function broken({ tasks, stored, waiting, connections, today }) {
  if (connections > inputs.connectionsOfServer) return { day: today, what: 'connections of the database' };
  // Half of a machine's memory is the library; an hour behind is a feed that never catches up within a day.
  if (tasks * inputs.memoryPerTask > inputs.memoryPerMachine / 2) return { day: today, what: 'memory for all tasks' };
  if (waiting * inputs.foldMs > 3_600_000) return { day: today, what: 'the feed is an hour late' };
  if (stored > inputs.diskOfServer) return { day: today, what: 'disk of the database' };
  return null;
}

/** @param {readonly number[]} people @returns {string} */
export function growthTable(people) {
  const head = [
    'People',
    'Callbacks a day',
    'At the peak',
    'Events a day',
    'Database',
    'Films',
    'Machines',
    'Connections',
    'Cost a month, after a year',
    'What breaks first',
  ];
  const rows = people
    .map(grow)
    .map((each) => [
      whole(each.people),
      whole(each.callbacksADay),
      `${amount(each.peakPerSecond)} a second`,
      whole(each.eventsADay),
      each.connections === 0 ? '–' : `${bytes(each.databaseADay * days)} a year`,
      `${bytes(each.filmsADay)} a day`,
      each.download === 0 ? '1 for all' : `${whole(each.intake)} + ${whole(each.download)}`,
      whole(each.connections),
      whole(Number(each.costAfterAYear.toPrecision(2))),
      each.breaks === null ? 'nothing in a year' : `${each.breaks.what}, on day ${whole(each.breaks.day)}`,
    ]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n');
}

/** @param {number} value */
const whole = (value) => Math.round(value).toLocaleString('en');
/** @param {number} value */
const amount = (value) => (value < 10 ? String(Number(value.toPrecision(2))) : whole(value));
/** @param {number} value */
function bytes(value) {
  const units = ['kB', 'MB', 'GB', 'TB', 'PB'];
  let step = 0;
  for (; value / 1000 ** (step + 1) >= 1000 && step < units.length - 1; step += 1);
  return `${amount(value / 1000 ** (step + 1))} ${units[step] ?? ''}`;
}

if (process.argv[1] === import.meta.filename) {
  const usage = 'node scripts/growth.mjs [--people N,N,…]  what so many people need';
  const values = readFlags(usage, { people: { type: 'string', default: '10,1000,100000' } });
  console.log(growthTable(values.people.split(',').map(Number)));
}
