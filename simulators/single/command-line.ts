import type { DeviceSimulator, Json } from '../simulator.ts';

/** A longer line is no command of a hand. */
const LINE_CHARS_MAX = 64 * 1024;

/** One line of input to one object of output: `{ ok, value }` or `{ ok: false, error }`. Total on any text. */
export function answerLine(simulator: DeviceSimulator, text: string): { readonly [key: string]: Json } {
  if (text.length > LINE_CHARS_MAX) return refusal(`a command has at most ${LINE_CHARS_MAX} characters`);
  let command: unknown;
  try {
    command = JSON.parse(text);
  } catch {
    return refusal('not JSON: a command is an object on one line, such as {"do":"world"}');
  }
  const verb = typeof command === 'object' && command !== null && 'do' in command ? command.do : undefined;
  if (verb === 'world') return { ok: true, value: simulator.world() };
  if (verb === 'faultBoard') return { ok: true, value: simulator.faultBoard().map(({ fault, at, label }) => ({ fault, at: [...at], label })) };
  const result = simulator.control(command);
  return result.ok ? { ok: true, value: result.value } : { ok: false, error: { code: result.error.code, detail: result.error.detail } };
}

function refusal(detail: string): { readonly [key: string]: Json } {
  return { ok: false, error: { code: 'invalid', detail } };
}
