/**
 * A strict reader of the text form of OpenMetrics, for gauges and counters: what Prometheus only frowns at is refused.
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/#text-format
 */
export interface MetricFamily {
  readonly name: string;
  type: string | null;
  help: string | null;
  unit: string | null;
  readonly samples: MetricSample[];
}

export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
/** Names with two underscores in front are Prometheus's own. */
const labelName = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;
/** Other types make such names of theirs. */
const takenSuffix = /_(?:total|created|count|sum|bucket|gcount|gsum|info)$/;
const number = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]?inf(?:inity)?|nan)$/i;

/** @throws Error that names the line. */
export function readOpenMetrics(text: string): readonly MetricFamily[] {
  if (!text.endsWith('\n# EOF\n') && text !== '# EOF\n')
    throw new Error('it does not end with "# EOF" and a line feed');
  const lines = text.split('\n').slice(0, -2);
  const families: MetricFamily[] = [];
  for (const [index, line] of lines.entries()) {
    try {
      if (/[\r\0]/.test(line)) throw new Error('a sign that no line has');
      if (line.startsWith('#')) readAbout(line, families);
      else readSample(line, families);
    } catch (error) {
      throw new Error(`line ${String(index + 1)}, ${JSON.stringify(line)}: ${String(error)}`, { cause: error });
    }
  }
  return families;
}

function readAbout(line: string, families: MetricFamily[]): void {
  const [, what, name = '', rest = ''] = /^# (TYPE|HELP|UNIT) (\S+) (.*)$/.exec(line) ?? [];
  if (what === undefined) throw new Error('neither TYPE, HELP nor UNIT, with one blank between its parts');
  const family = familyFor(name, families);
  if (family.samples.length > 0) throw new Error('behind the samples of its family');
  const field = what === 'TYPE' ? 'type' : what === 'HELP' ? 'help' : 'unit';
  if (family[field] !== null) throw new Error('a second time');
  if (what === 'TYPE' && !['gauge', 'counter'].includes(rest)) throw new Error('another type than we have');
  if (what === 'UNIT' && !name.endsWith(`_${rest}`)) throw new Error('its name does not end with its unit');
  family[field] = what === 'HELP' ? unescaped(rest) : rest;
}

/** The last one, or a new one: a family is told in one piece. */
function familyFor(name: string, families: MetricFamily[]): MetricFamily {
  const last = families.at(-1);
  if (last?.name === name) return last;
  if (!metricName.test(name)) throw new Error('no name of a metric');
  if (takenSuffix.test(name)) throw new Error('an ending that other types have');
  if (families.some((family) => family.name === name)) throw new Error('told in two pieces');
  const family: MetricFamily = { name, type: null, help: null, unit: null, samples: [] };
  families.push(family);
  return family;
}

function readSample(line: string, families: readonly MetricFamily[]): void {
  const [, name, list, written = ''] = /^([^{ ]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  const family = families.at(-1);
  if (family === undefined || family.type === null) throw new Error('no type was told before it');
  const sampleName = family.type === 'counter' ? `${family.name}_total` : family.name;
  if (name !== sampleName) throw new Error(`not named ${sampleName}`);
  if (!number.test(written)) throw new Error('no number');
  const labels = list === undefined ? {} : readLabels(list);
  const key = (of: MetricSample['labels']): string => JSON.stringify(Object.entries(of).sort());
  if (family.samples.some((other) => key(other.labels) === key(labels)))
    throw new Error('its labels were there before');
  const value = Number(written.replace(/inf$/i, 'Infinity'));
  if (family.type === 'counter' && !(value >= 0)) throw new Error('a counter below zero');
  family.samples.push({ labels, value });
}

function readLabels(list: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  let rest = list;
  for (;;) {
    const [all = '', name, value = ''] = /^([^=",]+)="((?:[^"\\]|\\.)*)"/.exec(rest) ?? [];
    if (name === undefined || !labelName.test(name)) throw new Error('no name of a label, or no text in quotes');
    if (Object.hasOwn(labels, name)) throw new Error('a label twice');
    labels[name] = unescaped(value);
    rest = rest.slice(all.length);
    if (rest === '') return labels;
    if (!rest.startsWith(',')) throw new Error('no comma between labels');
    rest = rest.slice(1);
  }
}

function unescaped(text: string): string {
  if (/"/.test(text.replaceAll(/\\./g, ''))) throw new Error('a quote that is not escaped');
  return text.replaceAll(/\\(.?)/g, (_all, sign: string) => {
    if (sign === 'n') return '\n';
    if (sign === '"' || sign === '\\') return sign;
    throw new Error('an escape that is none');
  });
}
