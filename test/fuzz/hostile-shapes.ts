/**
 * Bodies of any size whose form is chosen by chance from what costs a careless reader more than linear time: very deep,
 * very wide, very many, very long, JSON in JSON in JSON, and all the ways in which fields are written down.
 *
 * A shape is data, so that another process can build it and a failure can be printed and run again.
 */
export type Value =
  | { readonly is: 'plain'; readonly json: string }
  /** A text that begins as something, goes on with one sign for ever, and ends as nothing. */
  | { readonly is: 'run'; readonly begin: string; readonly sign: string; readonly end: string }
  | { readonly is: 'list' | 'keys'; readonly name: string; readonly of: Value; readonly isEven: boolean }
  | { readonly is: 'deep'; readonly name: string | null; readonly of: Value }
  | { readonly is: 'text'; readonly times: number; readonly of: Value }
  | { readonly is: 'fields'; readonly of: readonly (readonly [string, Value])[] };

export interface Shape {
  readonly value: Value;
  readonly written: (typeof waysToWrite)[number];
  /** A header that carries a run, and what it is a run of. */
  readonly header: readonly [name: string, sign: string];
}

export const waysToWrite = [
  'json',
  'json-loose',
  'json-cut',
  'json-escaped',
  'json-in-text',
  'json-lines',
  'events',
  'form',
  'form-json',
  'multipart',
  'xml',
  'lines',
  'table',
  'base64',
  'percent',
] as const;

const film = 'https://media.example.test/a.mp4';

/** The value as JSON, with about `size` parts. */
function jsonOf(value: Value, size: number): string {
  switch (value.is) {
    case 'plain':
      return value.json;
    case 'run':
      return JSON.stringify(`${value.begin}${value.sign.repeat(size)}${value.end}`);
    case 'list':
    case 'keys': {
      const [outer, inner] = value.isEven ? [Math.ceil(Math.sqrt(size)), Math.ceil(Math.sqrt(size))] : [size, 1];
      const one = jsonOf(value.of, inner);
      const all = Array.from({ length: outer }, (_, at) => {
        // Each another one, as a list of tasks or links is.
        const own = one.replace(/t1"|a\.mp4"/, (found) => `${String(at)}${found}`);
        return value.is === 'list' ? own : `${JSON.stringify(`${value.name}${String(at)}`)}:${own}`;
      });
      return value.is === 'list' ? `[${all.join()}]` : `{${all.join()}}`;
    }
    case 'deep': {
      const [open, close] = value.name === null ? ['[', ']'] : [`{${JSON.stringify(value.name)}:`, '}'];
      return open.repeat(size) + jsonOf(value.of, 1) + close.repeat(size);
    }
    case 'text': {
      let text = jsonOf(value.of, size);
      for (let times = 0; times < value.times; times++) text = JSON.stringify(text);
      return text;
    }
    case 'fields':
      return `{${value.of.map(([field, of]) => `${JSON.stringify(field)}:${jsonOf(of, size)}`).join()}}`;
  }
}

export interface Sent {
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a stranger sends, with about `size` parts. */
export function sentOf({ value, written, header }: Shape, size: number): Sent {
  const [text, type] = write(jsonOf(value, size), value, written, size);
  const [headerName, sign] = header;
  // A listener takes no more than 16 KiB of headers.
  const run = sign.repeat(Math.min(size, 15_000)).slice(0, 15_000);
  return {
    text,
    headers: {
      'content-type': type,
      ...(headerName === 'content-type' ? { [headerName]: type + run } : { [headerName]: run }),
    },
  };
}

function write(
  json: string,
  value: Value,
  written: Shape['written'],
  size: number,
): readonly [text: string, type: string] {
  const rows = Math.max(1, Math.ceil(Math.sqrt(size)));
  const row = (at: number): string => jsonOf(value, rows).replace('"t1"', `"t${String(at)}"`);
  const fields = (): readonly (readonly [string, string])[] =>
    value.is === 'fields'
      ? Array.from({ length: rows }, (_, at) =>
          value.of.map(([field, of]) => [`${field}[${String(at)}]`, jsonOf(of, rows)] as const),
        ).flat()
      : [['payload', json]];
  switch (written) {
    case 'json':
      return [json, 'application/json'];
    case 'json-loose':
      return [json.replaceAll(',', ' ,// x\n').replaceAll('"', "'"), 'application/json'];
    case 'json-cut':
      return [json.slice(0, -Math.ceil(json.length / 3)), 'application/json'];
    case 'json-escaped':
      return [JSON.stringify(json).slice(1, -1), 'text/plain'];
    case 'json-in-text':
      return [`Your video: ${json} is ready`, 'text/plain'];
    case 'json-lines':
      return [Array.from({ length: rows }, (_, at) => row(at)).join('\n'), 'application/x-ndjson'];
    case 'events':
      return [
        Array.from({ length: rows }, (_, at) => `event: done\nid: ${String(at)}\ndata: ${row(at)}\n\n`).join(''),
        'text/event-stream',
      ];
    case 'form':
      return [
        fields()
          .map(([field, of]) => `${field}=${encodeURIComponent(of)}`)
          .join('&'),
        'application/x-www-form-urlencoded',
      ];
    case 'form-json':
      return [`payload=${json}`, 'application/x-www-form-urlencoded'];
    case 'multipart':
      return [
        `${fields()
          .map(([field, of]) => `--x\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${of}\r\n`)
          .join('')}--x--`,
        'multipart/form-data; boundary=x',
      ];
    case 'xml':
      return [
        `<r>${fields()
          .map(([field, of]) => `<f name="${field}">${of}</f>`)
          .join('')}</r>`,
        'text/xml',
      ];
    case 'lines':
      return [
        fields()
          .map(([field, of]) => `${field}: ${of}`)
          .join('\n'),
        'text/plain',
      ];
    case 'table':
      return [
        `task_id,status,url\n${fields()
          .map(([field, of]) => `${field},"${of}",${film}`)
          .join('\n')}`,
        'text/csv',
      ];
    case 'base64':
      return [Buffer.from(json).toString('base64'), 'text/plain'];
    case 'percent':
      return [encodeURIComponent(json), 'text/plain'];
  }
}
