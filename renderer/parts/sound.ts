import type { ScreenModel } from '../../main/contracts/screen-model.ts';
import { volumeAt } from './volume.ts';

type Tone = readonly { readonly hertz: number; readonly ms: number }[];
/** Short and distinct (look.md §6). */
const TONES = {
  accept: [{ hertz: 660, ms: 60 }, { hertz: 880, ms: 60 }],
  attention: [{ hertz: 587, ms: 180 }],
  error: [{ hertz: 220, ms: 120 }, { hertz: 220, ms: 120 }],
  take: [{ hertz: 660, ms: 120 }, { hertz: 784, ms: 120 }, { hertz: 988, ms: 160 }],
} as const satisfies Readonly<Record<string, Tone>>;
let audio: AudioContext | null = null;

export function play(tone: keyof typeof TONES): void {
  if (typeof AudioContext === 'undefined') return;
  audio ??= new AudioContext();
  const volume = audio.createGain();
  volume.gain.value = volumeAt(Date.now()) * 0.2;
  volume.connect(audio.destination);
  let at = audio.currentTime;
  for (const { hertz, ms } of TONES[tone]) {
    const oscillator = audio.createOscillator();
    oscillator.frequency.value = hertz;
    oscillator.connect(volume);
    oscillator.start(at);
    oscillator.stop((at += ms / 1000));
  }
}

/** The sound of a screen that has just come. */
export function playFor(model: ScreenModel): void {
  if (model.screen === 'take-cash' || (model.screen === 'take-receipt' && !model.data.printing)) play('take');
  else if (model.screen === 'result-refused') play('error');
  else if (model.screen === 'timeout-warning' || model.screen === 'otp') play('attention');
}
