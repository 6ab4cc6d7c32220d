/** One body, prepared once: where results may stand, where the request is echoed, and what stands under each name. */
import { isRecord, own, recordsIn, type JsonRecord } from './json.ts';
import { createLook, type Look, type Names } from './look.ts';
import { addToIndex, createIndex, mayHold, presentIn, valuesIn, type NameIndex, type NameList } from './name-index.ts';
import type { Path, PathGroup, PathList, RankedPath } from './path.ts';
import { collectEchoes, collectResults, holdsStrangers, type Place } from './places.ts';
import { partsOf, type BodyPart } from './whole-body.ts';

export interface BodyView {
  readonly root: JsonRecord;
  /** `data` where it is an object, the first object of a list, or the JSON text of one. */
  readonly data: JsonRecord | null;
  /** Places for results, from the outside in. */
  readonly results: readonly Place[];
  /** What stands under `name` anywhere in the results, from the outside in. */
  named(name: string): readonly unknown[];
  /** False where none of the names stands in the results or the echoed request; true where one may. */
  mayName(wanted: NameList): boolean;
  /** The same at the root and in `data` alone. */
  mayNameOutside(wanted: NameList): boolean;
  /** Those of the names that stand in the results, the first of the list first. */
  present(wanted: NameList): readonly string[];
  /** The same in the echoed request. */
  echoed(name: string): readonly unknown[];
  presentEchoed(wanted: NameList): readonly string[];
  /** The value at the end of a path; looks into JSON text on the way, and takes the first object of `data` and `errors`. */
  at(path: Path): unknown;
  /** The names at the root, and in `data`. */
  readonly names: readonly string[];
  readonly dataNames: readonly string[];
  /** What `accept` makes of the first of these paths that holds something for it; `null` where none does. */
  first<T>(paths: PathList, accept: (value: unknown) => T | null): T | null;
  /** False where no name of the body passes, so that looking through all of its objects would be for nothing. */
  mayHold(test: (name: string) => boolean): boolean;
  /** Every object of the body that is not what we sent ourselves, from the outside in; made when it is first asked for. */
  parts(): readonly BodyPart[];
}

const none: readonly never[] = [];

export function createBodyView(root: JsonRecord): BodyView {
  return new View(root);
}

/** A class, since a body costs some microseconds to read and a dozen closures would be a tenth of that. */
class View implements BodyView {
  readonly root: JsonRecord;
  readonly data: JsonRecord | null;
  readonly results: readonly Place[];
  readonly names: readonly string[];
  readonly dataNames: readonly string[];
  readonly #look: Look;
  readonly #ofRoot: Names;
  readonly #ofData: Names | null;
  readonly #inResults: NameIndex;
  readonly #inEchoes: NameIndex;
  #parts: readonly BodyPart[] | null = null;
  #hasStrangers: boolean | null = null;

  constructor(root: JsonRecord) {
    const look = createLook();
    this.root = root;
    this.#look = look;
    this.#ofRoot = look.lookAt(root);
    this.names = this.#ofRoot.names;
    this.results = collectResults(root, look);
    this.#inResults = createIndex();
    for (const { records } of this.results) for (const each of records) addToIndex(this.#inResults, look.lookAt(each));
    this.#inEchoes = collectEchoes(this.#inResults, look);
    this.data = firstRecordIn(own(root, 'data'), look);
    this.#ofData = this.data === null ? null : look.lookAt(this.data);
    this.dataNames = this.#ofData?.names ?? none;
  }

  named(name: string): readonly unknown[] {
    return valuesIn(this.#inResults, name);
  }

  present(wanted: NameList): readonly string[] {
    return presentIn(this.#inResults, wanted);
  }

  echoed(name: string): readonly unknown[] {
    return valuesIn(this.#inEchoes, name);
  }

  presentEchoed(wanted: NameList): readonly string[] {
    return presentIn(this.#inEchoes, wanted);
  }

  mayName(wanted: NameList): boolean {
    return mayHold(this.#inResults, wanted) || mayHold(this.#inEchoes, wanted);
  }

  mayNameOutside(wanted: NameList): boolean {
    return ((this.#ofRoot.anyBits | (this.#ofData?.anyBits ?? 0)) & wanted.bit) !== 0;
  }

  at(path: Path): unknown {
    let record: JsonRecord | undefined = this.root;
    for (let depth = 0; depth < path.length - 1; depth++) {
      const name = path[depth] ?? '';
      record = depth === 0 && name === 'data' ? (this.data ?? undefined) : this.#open(own(record, name), name);
      if (record === undefined) return undefined;
    }
    return own(record, path[path.length - 1] ?? '');
  }

  #open(value: unknown, name: string): JsonRecord | undefined {
    if (isRecord(value)) return value;
    return typeof value === 'string' || name === 'errors' ? recordsIn(value, 1, this.#look.parse)[0] : undefined;
  }

  first<T>(paths: PathList, accept: (value: unknown) => T | null): T | null {
    const { names, bits, anyBits } = this.#ofRoot;
    if ((anyBits & paths.bit) === 0) return null;
    let only: PathGroup | null = null;
    let groups: PathGroup[] | null = null;
    for (let index = 0; index < names.length; index++) {
      if (((bits[index] ?? 0) & paths.bit) === 0) continue;
      const group = paths.get(names[index] ?? '');
      if (group === undefined) continue;
      if (only === null) only = group;
      else if (groups === null) groups = [only, group];
      else groups.push(group);
    }
    if (groups === null) {
      for (const { path } of only ?? none) {
        const accepted = accept(this.at(path));
        if (accepted !== null) return accepted;
      }
      return null;
    }
    for (let next = nextPath(groups, -1); next !== null; next = nextPath(groups, next.rank)) {
      const accepted = accept(this.at(next.path));
      if (accepted !== null) return accepted;
    }
    return null;
  }

  mayHold(test: (name: string) => boolean): boolean {
    for (const { names } of this.#inResults.all) for (const name of names) if (test(name)) return true;
    return (this.#hasStrangers ??= holdsStrangers(this.results, this.#look));
  }

  parts(): readonly BodyPart[] {
    return (this.#parts ??= partsOf(this.root, this.#look));
  }
}

/** Those of a few groups are merged as they are asked for: nearly always one of the first is the one. */
function nextPath(groups: readonly PathGroup[], after: number): RankedPath | null {
  let next: RankedPath | null = null;
  for (const group of groups) {
    for (const path of group) {
      if (path.rank <= after) continue;
      if (next === null || path.rank < next.rank) next = path;
      break;
    }
  }
  return next;
}

function firstRecordIn(value: unknown, { parse }: Look): JsonRecord | null {
  if (value === undefined) return null;
  return isRecord(value) ? value : (recordsIn(value, 8, parse)[0] ?? null);
}
