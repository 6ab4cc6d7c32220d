/**
 * The fields of a kie.ai Market model, from the OpenAPI text of its catalogue entry. Its traps: local `$ref`s whose keys
 * are percent-encoded and may end in a space, `oneOf` branches, and no schema at all for some models.
 */
import type { FormField } from '../../common/submit-form.ts';

type Json = Readonly<Record<string, unknown>>;

const depthLimit = 12;

/** @returns `null` where there is nothing to make a form of. */
export function readSchemaFields(openapi: unknown): readonly FormField[] | null {
  if (!isJson(openapi)) return null;
  const order = orderSchema(openapi);
  const input = order === null ? null : resolve(openapi, child(order, 'properties', 'input'));
  const schema = input ?? order;
  if (schema === null) return null;
  const properties = propertiesOf(openapi, schema);
  const fields = [...properties]
    .filter(([name]) => input !== null || (name !== 'model' && name !== 'callBackUrl'))
    .map(([name, each]) => fieldOf(openapi, name, each.schema, each.isRequired));
  return fields.length === 0 ? null : fields;
}

/** The body of the first POST. */
function orderSchema(openapi: Json): Json | null {
  const paths = openapi['paths'];
  if (!isJson(paths)) return null;
  for (const item of Object.values(paths)) {
    const content = child(item, 'post', 'requestBody', 'content');
    if (!isJson(content)) continue;
    const schema = resolve(openapi, child(content['application/json'] ?? Object.values(content)[0], 'schema'));
    if (schema !== null) return schema;
  }
  return null;
}

function resolve(root: Json, value: unknown, depth = 0): Json | null {
  if (!isJson(value) || depth > depthLimit) return null;
  const ref = value['$ref'];
  if (typeof ref !== 'string') return value;
  let at: unknown = root;
  for (const part of ref.replace(/^#\//, '').split('/')) at = member(at, decode(part));
  return resolve(root, at, depth + 1);
}

/** By its exact name, else by one that differs in blanks at the end only. */
function member(value: unknown, name: string): unknown {
  if (!isJson(value)) return undefined;
  if (Object.hasOwn(value, name)) return value[name];
  const like = Object.keys(value).find((key) => key.trim() === name.trim());
  return like === undefined ? undefined : value[like];
}

function decode(part: string): string {
  const text = part.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

interface Property {
  readonly schema: Json;
  readonly isRequired: boolean;
}

/** Of a `oneOf` everything that any branch has is offered; required is only what all of them want. */
function propertiesOf(root: Json, schema: Json, depth = 0): Map<string, Property> {
  const found = new Map<string, Property>();
  if (depth > depthLimit) return found;
  const required = Array.isArray(schema['required']) ? (schema['required'] as readonly unknown[]) : [];
  if (isJson(schema['properties'])) {
    for (const [name, value] of Object.entries(schema['properties'])) {
      const each = resolve(root, value);
      if (each !== null) found.set(name.trim(), { schema: each, isRequired: required.includes(name) });
    }
  }
  for (const part of branches(root, schema['allOf'])) {
    for (const [name, property] of propertiesOf(root, part, depth + 1)) if (!found.has(name)) found.set(name, property);
  }
  const variants = [...branches(root, schema['oneOf']), ...branches(root, schema['anyOf'])].map((part) =>
    propertiesOf(root, part, depth + 1),
  );
  for (const variant of variants) {
    for (const [name, property] of variant) {
      const isRequired = variants.every((other) => other.get(name)?.isRequired === true);
      if (!found.has(name)) found.set(name, { ...property, isRequired });
    }
  }
  return found;
}

function branches(root: Json, value: unknown): readonly Json[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly unknown[]).map((each) => resolve(root, each)).filter((each) => each !== null);
}

function fieldOf(root: Json, name: string, schema: Json, isRequired: boolean): FormField {
  const isList = schema['type'] === 'array';
  const item = (isList ? resolve(root, schema['items']) : null) ?? schema;
  const described = textOf(schema['description']) ?? textOf(item['description']);
  const fallback = schema['default'];
  return {
    name,
    ...kindOf(name, item, described),
    isRequired,
    ...(isList ? { isList: true } : {}),
    ...numberAs('min', item['minimum']),
    ...numberAs('max', item['maximum']),
    ...numberAs('maxLength', item['maxLength']),
    ...numberAs('maxItems', schema['maxItems']),
    ...(typeof fallback === 'string' || typeof fallback === 'number' || typeof fallback === 'boolean'
      ? { default: fallback }
      : {}),
    ...(described === null ? {} : { description: described.slice(0, 500) }),
  };
}

function kindOf(name: string, schema: Json, described: string | null): Pick<FormField, 'kind' | 'choices'> {
  const choices = schema['enum'];
  if (Array.isArray(choices)) {
    const usable = (choices as readonly unknown[]).filter(
      (each): each is string | number => typeof each === 'string' || typeof each === 'number',
    );
    if (usable.length > 0) return { kind: 'choice', choices: usable };
  }
  const { type } = schema as { readonly type?: unknown };
  if (type === 'boolean') return { kind: 'switch' };
  if (type === 'integer') return { kind: 'integer' };
  if (type === 'number') return { kind: 'number' };
  if (type === 'object') return { kind: 'json' };
  // A link to a file is text with a telling name.
  const isLink = schema['format'] === 'uri' || /url|image|video|frame|file/i.test(name);
  if (isLink && /prompt|ratio|task_?id/i.test(name)) return { kind: 'text' };
  if (isLink && /image|frame|photo|picture|cover/i.test(name)) return { kind: 'image' };
  if (isLink && (/video|clip|film/i.test(name) || /\bvideo\b/i.test(described ?? ''))) return { kind: 'video' };
  return isLink ? { kind: 'image' } : { kind: 'text' };
}

function numberAs(name: 'min' | 'max' | 'maxLength' | 'maxItems', value: unknown): Partial<FormField> {
  return typeof value === 'number' ? { [name]: value } : {};
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function child(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>((at, name) => (isJson(at) ? at[name] : undefined), value);
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
