import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Daemons lie where only root looks. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']

/** A program that is no part of faultline: named by an environment variable (HAPROXY), or where programs lie. */
export function installed(program: string): string | undefined {
  const named = process.env[program.toUpperCase()]
  const places = named === undefined ? FOLDERS.map((folder) => join(folder, program)) : [named]
  return places.find((path) => existsSync(path))
}
