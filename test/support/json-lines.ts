/** What a process prints with `--json`, line by line. */

export interface JsonLines {
  /**
   * All whole lines so far, oldest first.
   * @throws where one of them is no JSON
   */
  all(): readonly unknown[];
}

/** A process that is killed leaves half a line, which is no line at all. */
export function collectJsonLines(stream: NodeJS.ReadableStream): JsonLines {
  const lines: unknown[] = [];
  let rest = '';
  let broken: Error | null = null;
  // A throw in here would stop the stream in the middle, and whoever waits for its end would wait for ever.
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const texts = (rest + chunk).split('\n');
    rest = texts.pop() ?? '';
    for (const text of texts) {
      try {
        lines.push(JSON.parse(text));
      } catch (error) {
        broken ??= new Error(`a line of the output is no JSON: ${text}`, { cause: error });
      }
    }
  });
  return {
    all() {
      if (broken !== null) throw broken;
      return lines;
    },
  };
}
