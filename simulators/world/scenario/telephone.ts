import { z } from 'zod';
import type { ControlClient } from '../../control/control-socket.ts';
import type { Json } from '../../simulator.ts';

const phonesSchema = z.array(z.looseObject({ phone: z.string(), messageCount: z.number() }));
const messagesSchema = z.array(z.looseObject({ atUtcMs: z.number(), kind: z.string(), text: z.string() }));
const CODE = /(?<![0-9A-Za-z])\d{4,8}(?![0-9A-Za-z])/;

/** The customer's eyes on his telephone. Codes live in this object only; it is asked at the end whether any of them got anywhere else. */
export class Telephone {
  readonly #bank: ControlClient;
  readonly #codes = new Set<string>();

  constructor(bank: ControlClient) {
    this.#bank = bank;
  }

  /** The newest code on any telephone: in one visit only the customer's rings. @throws when no code has come */
  async newestCode(): Promise<string> {
    const phones = phonesSchema.parse(await this.#ask({ do: 'phones' }));
    const received = await Promise.all(phones.filter(({ messageCount }) => messageCount > 0).map(async ({ phone }) => messagesSchema.parse(await this.#ask({ do: 'messages', phone }))));
    const codes = received.flat().filter(({ kind }) => kind === 'code').sort((left, right) => left.atUtcMs - right.atUtcMs);
    const code = CODE.exec(codes.at(-1)?.text ?? '')?.[0];
    if (code === undefined) throw new Error('no code has come to any telephone');
    this.#codes.add(code);
    return code;
  }

  /** How often a code that was read stands in a text, not counting longer numbers around it. */
  codesIn(text: string): number {
    return [...this.#codes].filter((code) => new RegExp(`(?<![0-9A-Za-z])${code}(?![0-9A-Za-z])`).test(text)).length;
  }

  async #ask(command: { readonly do: string; readonly [key: string]: Json }): Promise<Json> {
    const answer = await this.#bank.send('bank', command);
    if (!answer.ok) throw new Error(`the bank's telephones: ${answer.error.detail}`);
    return answer.value;
  }
}

/** A code of the same length that is not this one. */
export function wrongCode(code: string): string {
  return `${code.slice(0, -1)}${(Number(code.at(-1)) + 1) % 10}`;
}
