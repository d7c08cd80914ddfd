import { accessSync, constants, mkdirSync, mkdtempSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunView } from '../../contract/run-wire.ts'
import { MisuseError } from '../misuse.ts'
import { junitReport } from './junit-report.ts'
import { markdownReport } from './markdown-report.ts'

/** Makes it where it is not there. @throws MisuseError when nothing can be written in it */
export function requireReportFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    // What may be written by its mode may still be on a disk that takes nothing.
    rmdirSync(mkdtempSync(join(folder, '.faultline-')))
  } catch (error) {
    throw new MisuseError(
      `reports cannot be written in ${folder}: ${(error as Error).message}`,
      'Name a folder that can be written. Nothing was injected.',
    )
  }
}

/** @returns the files */
export function writeReports(folder: string, run: RunView): readonly string[] {
  const contents: readonly (readonly [string, string])[] = [
    ['json', `${JSON.stringify(run, undefined, 2)}\n`],
    ['junit.xml', junitReport(run)],
    ['md', markdownReport(run)],
  ]
  return contents.map(([ending, text]) => {
    const file = join(folder, `${run.id}.${ending}`)
    writeFileSync(file, text)
    return file
  })
}
