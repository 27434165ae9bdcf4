import { IntlMessageFormat } from 'intl-messageformat';
import { createElement } from 'react';
import type { ReactNode } from 'react';
import type { Language } from '../../main/contracts/languages.ts';
import { useLanguage } from '../bridge/screen-context.ts';
import { en } from './en.ts';
import type { TextId, Texts } from './kk.ts';
import { kk } from './kk.ts';
import { ru } from './ru.ts';

const TABLES: Readonly<Record<Language, Texts>> = { kk, ru, en };
const formats = new Map<string, IntlMessageFormat>();

function formatOf(language: Language, id: TextId): IntlMessageFormat {
  const key = `${language} ${id}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new IntlMessageFormat(TABLES[language][id], language);
    formats.set(key, format);
  }
  return format;
}

export type TextValues = Readonly<Record<string, string | number>>;

/** Plain text; marks are dropped. */
export function textOf(language: Language, id: TextId, values: TextValues = {}): string {
  const parts = formatOf(language, id).format({ ...values, b: (chunks: readonly unknown[]) => chunks.join('') });
  return Array.isArray(parts) ? parts.join('') : String(parts);
}

export function isTextId(id: string): id is TextId {
  return id in kk;
}

export interface Texter {
  (id: TextId, values?: TextValues): string;
  /** With emphasis as elements. */
  rich(id: TextId, values?: TextValues): ReactNode;
  readonly language: Language;
}

export function useText(): Texter {
  const language = useLanguage();
  const text = (id: TextId, values?: TextValues) => textOf(language, id, values);
  const rich = (id: TextId, values: TextValues = {}) => formatOf(language, id).format({ ...values, b: (chunks: readonly unknown[]) => createElement('b', { key: String(chunks[0]) }, ...(chunks as ReactNode[])) }) as ReactNode;
  return Object.assign(text, { rich, language });
}
