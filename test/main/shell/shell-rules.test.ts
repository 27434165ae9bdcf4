import { describe, expect, it } from 'vitest';
import { fileForUrl } from '../../../main/shell/file-for-url.ts';
import { createIntentRate } from '../../../main/shell/intent-rate.ts';
import { isShortcut } from '../../../main/shell/keyboard-shortcuts.ts';
import { OptionError, profileForDisplay, readShellOptions } from '../../../main/shell/shell-options.ts';

describe('shell options', () => {
  it('make a release a kiosk and a checkout a window, unless told otherwise', () => {
    expect(readShellOptions(['--run-folder=/run/q'], true)).toEqual({ runFolder: '/run/q', profile: null, isKiosk: true });
    expect(readShellOptions(['--run-folder=/run/q', '--profile=compact'], false)).toEqual({ runFolder: '/run/q', profile: 'compact', isKiosk: false });
    expect(readShellOptions(['--run-folder=/run/q', '--window'], true).isKiosk).toBe(false);
  });

  it('name what is wrong and what was expected', () => {
    expect(() => readShellOptions([], true)).toThrow(OptionError);
    expect(() => readShellOptions(['--run-folder=/run/q', '--profile=toString'], true)).toThrow('expected portrait, landscape, compact');
  });

  it('choose the profile by the shape of the display', () => {
    expect([profileForDisplay(1080, 1920), profileForDisplay(1280, 1024), profileForDisplay(1920, 1080), profileForDisplay(1024, 768)]).toEqual(['portrait', 'landscape', 'landscape', 'compact']);
  });
});

describe('the own protocol', () => {
  it('finds files of the renderer', () => {
    expect(fileForUrl('/app/renderer', 'app://kiosk/')).toBe('/app/renderer/index.html');
    expect(fileForUrl('/app/renderer', 'app://kiosk/assets/a.js?v=1')).toBe('/app/renderer/assets/a.js');
  });

  it.each(['app://other/index.html', 'file:///etc/passwd', 'app://kiosk/%2e%2e%2fsecret', 'app://kiosk/..%2f..%2fetc/passwd', 'app://kiosk/%00', 'app://kiosk/%zz', 'app://kiosk/%2e%2e%2frenderer-other/x', 'nonsense'])(
    'has nothing at %s',
    (address) => {
      expect(fileForUrl('/app/renderer', address)).toBeNull();
    },
  );
});

describe('the keyboard', () => {
  const press = (key: string, modifiers: Partial<Record<'control' | 'alt' | 'meta', boolean>> = {}): boolean => isShortcut({ key, control: false, alt: false, meta: false, ...modifiers });
  it('types, also with AltGr', () => {
    expect([press('a'), press('Ә'), press('Enter'), press('Tab'), press('Escape'), press('@', { control: true, alt: true })]).toEqual([false, false, false, false, false, false]);
  });
  it('commands nothing', () => {
    expect([press('r', { control: true }), press('F4', { alt: true }), press('F12'), press('ArrowLeft', { alt: true }), press('l', { meta: true }), press('BrowserBack'), press('ContextMenu')]).toEqual(Array(7).fill(true));
  });
});

describe('the rate of intents', () => {
  it('lets a burst through, then a steady few', () => {
    const rate = createIntentRate({ burst: 3, perSecond: 2 });
    expect([0, 0, 0, 0].map((atMs) => rate.take(atMs))).toEqual([true, true, true, false]);
    expect([499, 500, 501, 1001].map((atMs) => rate.take(atMs))).toEqual([false, true, false, true]);
  });
  it('saves no more than one burst', () => {
    const rate = createIntentRate({ burst: 2, perSecond: 10 });
    rate.take(0);
    expect([60_000, 60_000, 60_000].map((atMs) => rate.take(atMs))).toEqual([true, true, false]);
  });
});
