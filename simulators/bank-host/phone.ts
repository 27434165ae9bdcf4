import type { Language } from '../../main/contracts/languages.ts';

/** What lands on a customer's telephone. Kept in memory only: the one place of the whole product where a one-time code can be read. */
export interface PhoneMessage {
  readonly atUtcMs: number;
  readonly phone: string;
  readonly channel: 'sms' | 'push';
  readonly language: Language;
  readonly kind: 'code' | 'receipt';
  readonly text: string;
}

const MESSAGES_PER_PHONE_MAX = 50;

export interface Telephones {
  deliver(message: PhoneMessage): void;
  /** Newest last. */
  messages(phone: string): readonly PhoneMessage[];
  /** Numbers that have had a message, with how many; no texts. */
  phones(): readonly { readonly phone: string; readonly messageCount: number }[];
}

export function createTelephones(): Telephones {
  const byPhone = new Map<string, PhoneMessage[]>();
  return {
    deliver(message) {
      const list = byPhone.get(message.phone) ?? [];
      list.push(message);
      if (list.length > MESSAGES_PER_PHONE_MAX) list.shift();
      byPhone.set(message.phone, list);
    },
    messages: (phone) => byPhone.get(phone) ?? [],
    phones: () => [...byPhone].map(([phone, list]) => ({ phone, messageCount: list.length })).sort((a, b) => a.phone.localeCompare(b.phone)),
  };
}

/** The text of a code message. Never to be logged. */
export function codeText(language: Language, code: string): string {
  if (language === 'kk') return `Qolma: терминалдағы растау коды ${code}. 15 минут жарамды. Оны ешкімге айтпаңыз.`;
  if (language === 'ru') return `Qolma: код подтверждения на терминале ${code}. Действует 15 минут. Никому его не сообщайте.`;
  return `Qolma: your code for the terminal is ${code}. Valid for 15 minutes. Tell it to nobody.`;
}
