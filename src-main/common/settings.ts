/**
 * What the person can choose, once: what is allowed, and what holds where nothing was chosen. The shape of the values,
 * of the file, of a change over the wire and of merging the two are made from this table.
 */
import * as v from 'valibot';
import { isRecord, type JsonRecord } from './providers/json.ts';
import { languages } from './texts/language.ts';

interface Setting<T> {
  readonly schema: v.GenericSchema<unknown, T>;
  readonly usual: T;
}

function setting<const S extends v.GenericSchema>(schema: S, usual: v.InferOutput<S>): Setting<v.InferOutput<S>> {
  return { schema: schema, usual };
}

/** What a number may be that a person raises or lowers, and how it is told. */
interface Bounds {
  readonly unit: 'MiB' | 'seconds' | 'tasks';
  readonly least: number;
  readonly most: number;
  readonly isWhole: boolean;
}

/** Page and terminal offer it by itself, see `limits.ts`. */
interface LimitSetting<T> extends Setting<T> {
  readonly bounds: Bounds;
}

function limit(bounds: Bounds, usual: number): LimitSetting<number> {
  return { ...setting(numberWithin(bounds), usual), bounds };
}

/** `null`: it depends on the disk. */
function limitOfDisk(bounds: Bounds): LimitSetting<number | null> {
  return { ...setting(v.nullable(numberWithin(bounds)), null), bounds };
}

const flag = v.boolean();
const between = (least: number, most: number) => v.pipe(v.number(), v.minValue(least), v.maxValue(most));
const whole = (least: number, most: number) => v.pipe(between(least, most), v.integer());
const numberWithin = ({ least, most, isWhole }: Bounds): v.GenericSchema<number> =>
  isWhole ? whole(least, most) : between(least, most);
const anyOf = (unit: Bounds['unit'], least: number, most: number): Bounds => ({ unit, least, most, isWhole: false });
const wholeOf = (unit: Bounds['unit'], least: number, most: number): Bounds => ({ unit, least, most, isWhole: true });
const maybeText = (longest: number) => v.nullable(v.pipe(v.string(), v.maxLength(longest)));
const webAddress = v.pipe(
  v.string(),
  v.url('must be an address of http or https'),
  v.regex(/^https?:/i, 'must be an address of http or https'),
  v.maxLength(2048),
);
const timeOfDay = v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 22:00'));
const quietHours = v.nullable(v.pipe(v.object({ from: timeOfDay, until: timeOfDay }), v.readonly()));

/** Of tags and projects: a dot beside the name. */
export const labelColors = ['blue', 'orange', 'pink', 'green', 'violet', 'grey'] as const;
export type LabelColor = (typeof labelColors)[number];
const coloured = v.pipe(
  v.record(v.pipe(v.string(), v.maxLength(300)), v.picklist(labelColors)),
  v.check((names) => Object.keys(names).length <= 2000, 'has too many names'),
  v.readonly(),
);

const table = {
  callbacks: {
    /**
     * Addresses and CIDR ranges that may deliver through the tunnel; empty = everyone who knows a callback URL. Any text:
     * an entry that a hand wrote wrong must not make the whole file, and with it the list, be put aside.
     */
    allowAddresses: setting(v.pipe(v.array(v.string()), v.maxLength(200), v.readonly()), []),
    /** How large a body may be. */
    bodyLimitMiB: limit(anyOf('MiB', 0.25, 64), 4),
    /** How large it may be where a film stands in it as base64. */
    filmBodyLimitMiB: limit(anyOf('MiB', 0.25, 256), 32),
    /** How far the time of a signature may be from ours. */
    signatureWindowSeconds: limit(wholeOf('seconds', 30, 86_400), 300),
    /** How many new tasks one callback URL may make in a day, and how much of its bodies is kept; through a tunnel. */
    tasksPerDay: limit(wholeOf('tasks', 1, 10_000_000), 10_000),
    keptMiBPerDay: limit(wholeOf('MiB', 1, 10_000_000), 1024),
    /** Below this no callback is taken; `null` = 64 MiB, or 5 % of a small disk. */
    minFreeMiB: limitOfDisk(wholeOf('MiB', 0, 10_000_000)),
  },
  downloads: {
    atOnce: setting(whole(1, 16), 4),
    /** The input videos and images of tasks are kept, too. */
    keepSources: setting(flag, true),
    /** Largest video. */
    maxVideoMiB: limit(wholeOf('MiB', 1, 10_000_000), 4096),
    /** How much the unsigned links of one callback URL may bring in a day. */
    mibPerDay: limit(wholeOf('MiB', 1, 1_000_000_000), 102_400),
    /** So much of the disk stays free; `null` = 2 GiB, or 10 % of a small disk. */
    minFreeMiB: limitOfDisk(wholeOf('MiB', 0, 10_000_000)),
    /** `http://host:port`; `''` = none, whatever the environment says; `null` = as the environment says. */
    proxy: setting(maybeText(1024), null),
  },
  tunnel: {
    kind: setting(v.picklist(['none', 'ngrok']), 'none'),
    /** Fixed domain of the ngrok account, without `https://`. */
    domain: setting(maybeText(253), null),
  },
  twin: {
    /** Sync address of the inbox that this one is a copy of from the next start on; `null` = it is one of its own. */
    url: setting(v.nullable(webAddress), null),
    /** Which videos are brought here before someone opens them; a change counts at once. */
    media: setting(v.picklist(['all', 'starred', 'opened']), 'all'),
    /** Larger ones are brought only when someone opens them; `null` = of any size. */
    maxMiB: setting(v.nullable(whole(1, 10_000_000)), null),
  },
  hooks: {
    /** Hears of what was saved and what failed, signed with the secret `HOOK`; `null` = nobody does. */
    webhookUrl: setting(v.nullable(webAddress), null),
  },
  labels: {
    /** By `tag:` or `project:` and the name. */
    colors: setting(coloured, {}),
  },
  costs: {
    /** Credits a month from which on it is warned; nothing stops by itself. `null` = no budget. */
    monthlyCredits: setting(v.nullable(between(1, 1e12)), null),
  },
  notifications: {
    saved: setting(flag, true),
    failed: setting(flag, true),
    tunnel: setting(flag, true),
    /** Local times such as `22:00`. */
    quietHours: setting(quietHours, null),
  },
  desktop: {
    launchAtLogin: setting(flag, false),
    closeToTray: setting(flag, true),
    /** While the app runs; callbacks that come to a sleeping computer are lost. */
    keepAwake: setting(flag, false),
    /** Set once it was explained that closing the window leaves the inbox running. */
    closeExplained: setting(flag, false),
    checkForUpdates: setting(flag, true),
    /** Of tray, menus and notices, as it was chosen in the page; `null` = the system's. */
    language: setting(v.nullable(v.picklist(languages.map(({ code }) => code))), null),
  },
} as const;

export const usualAtOnce = table.downloads.atOnce.usual;

type Table = typeof table;
type Values<Section> = { readonly [F in keyof Section]: Section[F] extends Setting<infer T> ? T : never };

export type SettingsValues = { readonly [S in keyof Table]: Values<Table[S]> };
export type SettingsPatch = { readonly [S in keyof SettingsValues]?: Partial<SettingsValues[S]> };

const sections = Object.entries<Readonly<Record<string, Setting<unknown>>>>(table);

type LimitsOf<S extends keyof Table> = {
  [F in keyof Table[S]]: Table[S][F] extends LimitSetting<number | null> ? `${S}.${F & string}` : never;
}[keyof Table[S]];
/** The place in the file, such as `downloads.maxVideoMiB`. */
export type LimitName = { [S in keyof Table]: LimitsOf<S> }[keyof Table];

export interface Limit extends Bounds {
  readonly name: LimitName;
  /** What holds where nothing was chosen; `null`: it depends on the disk. */
  readonly usual: number | null;
}

export const limits: readonly Limit[] = sections.flatMap(([section, fields]) =>
  Object.entries(fields as Readonly<Record<string, Partial<LimitSetting<number | null>>>>).flatMap(
    ([field, { bounds, usual = null }]) =>
      bounds === undefined ? [] : [{ name: `${section}.${field}` as LimitName, usual, ...bounds }],
  ),
);

/** Every field has a default, so that a file of an older version, or one edited by hand, still says what it says. */
export const settingsSchema = v.object(
  eachSection((fields) => v.optional(v.object(eachField(fields, (one) => v.optional(one.schema, one.usual))), {})),
) as unknown as v.GenericSchema<unknown, SettingsValues>; // the table says so

const named = v.custom<JsonRecord>(isRecord);

/**
 * What holds of a file that a hand or a later version may have written: a value that is not allowed is the usual one, so that
 * it takes none of the others with it.
 * @returns `refused`: the names of those values.
 * @throws v.ValiError where it is no settings at all.
 */
export function readSettings(value: unknown): {
  readonly settings: SettingsValues;
  readonly refused: readonly string[];
} {
  const file = v.parse(named, value);
  const refused: string[] = [];
  const kept = eachSection((fields, name) => {
    const section = v.safeParse(named, file[name] ?? {});
    if (!section.success) refused.push(name);
    const written = section.success ? section.output : {};
    return eachField(fields, ({ schema, usual }, field) => {
      if (written[field] === undefined) return usual;
      const read = v.safeParse(schema, written[field]);
      if (!read.success) refused.push(`${name}.${field}`);
      return read.success ? read.output : usual;
    });
  });
  return { settings: kept as unknown as SettingsValues, refused }; // the table says so
}

/** A name that is none is refused: whoever misspelt it would take it for set. */
export const settingsPatchSchema = v.strictObject(
  eachSection((fields) => v.exactOptional(v.strictObject(eachField(fields, (one) => v.exactOptional(one.schema))))),
) as unknown as v.GenericSchema<unknown, SettingsPatch>;

/** What a change makes of the settings; not checked yet. */
export function mergeSettings(values: SettingsValues, patch: SettingsPatch): unknown {
  const changes: Readonly<Record<string, object | undefined>> = patch;
  return Object.fromEntries(Object.entries(values).map(([name, fields]) => [name, { ...fields, ...changes[name] }]));
}

function eachSection<T>(
  make: (fields: Readonly<Record<string, Setting<unknown>>>, name: string) => T,
): Record<string, T> {
  return Object.fromEntries(sections.map(([name, fields]) => [name, make(fields, name)]));
}

function eachField<T>(
  fields: Readonly<Record<string, Setting<unknown>>>,
  make: (one: Setting<unknown>, name: string) => T,
): Record<string, T> {
  return Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, make(one, name)]));
}
