import { userInfo } from 'node:os';

/** Who acts by the command line, as the journal names them: the operating system's user, whose number where it has no name. */
export function cliPerson(): string {
  try {
    return `cli:${userInfo().username}`;
  } catch {
    return `cli:${process.getuid?.() ?? 'unknown'}`;
  }
}
