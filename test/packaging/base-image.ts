import { chmodSync, cpSync, existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run, succeed } from './checkout.ts'

/** What the build and the image call, beside Node itself. */
const PROGRAMS = ['sh', 'env', 'ln', 'mkdir']

/** Follows symlinks and puts the file where it is asked for. */
function put(root: string, path: string): void {
  mkdirSync(join(root, dirname(path)), { recursive: true })
  cpSync(realpathSync(path), join(root, path))
}

const whereIs = (program: string): string => succeed('/', 'sh', '-c', `command -v ${program}`).out.trim()

/**
 * A root file system with this machine's Node, npm and shell: stands for node:24-bookworm-slim where no registry of
 * images can be reached.
 */
export function writeBaseImage(root: string): void {
  for (const folder of ['usr/bin', 'usr/local/bin', 'usr/lib', 'usr/lib64', 'etc', 'root', 'proc', 'sys', 'dev']) {
    mkdirSync(join(root, folder), { recursive: true })
  }
  for (const name of ['bin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(root, name))
  mkdirSync(join(root, 'tmp'))
  chmodSync(join(root, 'tmp'), 0o1777)
  const programs = [process.execPath, ...PROGRAMS.map(whereIs)]
  for (const program of programs) {
    put(root, program)
    for (const [library] of run('/', 'ldd', program).out.matchAll(/\/\S+\.so[.\d]*/g)) put(root, library)
  }
  for (const name of ['libnss_dns.so.2', 'libnss_files.so.2', 'libresolv.so.2']) {
    const library = ['/lib/x86_64-linux-gnu', '/lib/aarch64-linux-gnu']
      .map((folder) => join(folder, name))
      .find(existsSync)
    if (library !== undefined) put(root, library)
  }
  const npm = dirname(dirname(realpathSync(whereIs('npm'))))
  cpSync(npm, join(root, 'usr/lib/node_modules/npm'), { recursive: true, verbatimSymlinks: true })
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/bin/npm'))
  if (process.execPath !== '/usr/bin/node') symlinkSync(process.execPath, join(root, 'usr/bin/node'))
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000:node:/tmp:/bin/sh\n')
  const authorities = process.env['NODE_EXTRA_CA_CERTS']
  if (authorities !== undefined) put(root, authorities)
}
