import type { Argv } from 'yargs'
import type { GlobalArgs, Session } from './session.ts'

/** Carries a command out: makes its session and keeps its exit code. */
export type Act = (args: GlobalArgs, work: (session: Session) => Promise<number | void>) => Promise<void>

/** The program, before commands are added to it. */
export type Program = Argv<GlobalArgs>
