import type { Labels } from '../../src-main/common/contract.ts';
import { hasValues, isValues, numberFields, textFields } from '../../src-main/common/search/parse-search.ts';

const fields = [
  ...textFields.map((field) => `${field}:`),
  ...numberFields.map((field) => `${field}:>`),
  'is:',
  'has:',
  'before:',
  'after:',
  'on:',
];
const atMost = 12;

/** The whole text with its last word completed: fields by their beginning, values by any part of them. */
export function completeSearch(text: string, labels: Labels, providers: readonly string[]): readonly string[] {
  const [, before = '', last = ''] = /^(.*?)((?:-?[a-z]+:)?(?:"[^"]*|[^\s"]*))$/is.exec(text) ?? [];
  if (last === '') return [];
  const sign = last.startsWith('-') ? '-' : '';
  const word = last.slice(sign.length).toLowerCase();
  const colon = word.indexOf(':');
  const found =
    colon < 0
      ? fields.filter((field) => field.startsWith(word))
      : valuesOf(word.slice(0, colon), labels, providers)
          .filter((value) => value.toLowerCase().includes(word.slice(colon + 1).replaceAll('"', '')))
          .map((value) => `${word.slice(0, colon)}:${/\s/.test(value) ? `"${value}"` : value}`);
  return found.slice(0, atMost).map((each) => `${before}${sign}${each}`);
}

function valuesOf(field: string, { tags, projects }: Labels, providers: readonly string[]): readonly string[] {
  switch (field) {
    case 'is':
      return isValues;
    case 'has':
      return hasValues;
    case 'tag':
      return tags.map(({ name }) => name);
    case 'project':
      return projects.map(({ name }) => name);
    case 'provider':
    case 'model':
      return providers;
    default:
      return [];
  }
}
