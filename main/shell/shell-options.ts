/** What the shell is told on its command line. It has no configuration of its own. */
export const PROFILES = {
  portrait: { widthPx: 1080, heightPx: 1920 },
  landscape: { widthPx: 1280, heightPx: 1024 },
  compact: { widthPx: 1024, heightPx: 768 },
} as const;
export type ProfileName = keyof typeof PROFILES;

export interface ShellOptions {
  readonly runFolder: string;
  /** null: by the display's own size. */
  readonly profile: ProfileName | null;
  /** Full screen, nothing beside it. A window of the profile's size otherwise. */
  readonly isKiosk: boolean;
}

export class OptionError extends Error {}

/**
 * @param args        `--run-folder=<path>`, `--profile=portrait|landscape|compact`, `--kiosk`, `--window`; Chromium's own switches are left to it
 * @param isPackaged  a release is a kiosk unless told otherwise, a checkout a window
 * @error OptionError what was found and what was expected
 */
export function readShellOptions(args: readonly string[], isPackaged: boolean): ShellOptions {
  const value = (name: string): string | undefined => args.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
  const runFolder = value('run-folder');
  if (runFolder === undefined || runFolder === '') throw new OptionError('--run-folder=<path> is missing: the folder where the core has its socket');
  const profile = value('profile');
  if (profile !== undefined && !isProfileName(profile)) throw new OptionError(`--profile=${profile}: expected ${Object.keys(PROFILES).join(', ')}`);
  return { runFolder, profile: profile ?? null, isKiosk: args.includes('--kiosk') || (isPackaged && !args.includes('--window')) };
}

function isProfileName(name: string): name is ProfileName {
  return Object.hasOwn(PROFILES, name);
}

/** The profile that is made for a display: the tallest shape first, then the larger of the two lying ones. */
export function profileForDisplay(widthPx: number, heightPx: number): ProfileName {
  if (heightPx > widthPx) return 'portrait';
  return widthPx >= PROFILES.landscape.widthPx && heightPx >= PROFILES.landscape.heightPx ? 'landscape' : 'compact';
}
