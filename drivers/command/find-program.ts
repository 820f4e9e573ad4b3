/**
 * What must be so before a program starts: its folder is there, and there is such a program. Looked
 * for as the system does, so that a missing program is never taken for one that exits with 127.
 */
import { access, constants, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { ProgramOrder } from "./program.ts";

/** Where a program is looked for that is named without a slash, when nothing says where. */
const usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The absolute path of the program. Fails with what is wrong, where, and what would be right. */
export async function findProgram({ argv, cwd, env }: ProgramOrder): Promise<string> {
  const folder = await stat(cwd).catch(errorCode);
  if (typeof folder === "string") throw new Error(`the folder '${cwd}' ${lacking(folder)}`);
  if (!folder.isDirectory()) throw new Error(`'${cwd}' is no folder to start a program in`);
  const [name = ""] = argv;
  if (name === "") throw new Error("the first of argv is the program, and it is empty");
  if (name.includes("/")) return expectProgram(resolve(cwd, name));
  const path = env["PATH"] ?? usualPath;
  let refused: unknown;
  for (const each of path.split(":")) {
    try {
      return await expectProgram(resolve(cwd, each, name));
    } catch (error) {
      if (!String(error).includes("does not exist")) refused ??= error;
    }
  }
  throw refused ?? new Error(`there is no program '${name}' in PATH (${path})`);
}

async function expectProgram(path: string): Promise<string> {
  const found = await stat(path).catch(errorCode);
  if (typeof found === "string") throw new Error(`the program '${path}' ${lacking(found)}`);
  if (!found.isFile()) throw new Error(`'${path}' is no program, but a folder or a device`);
  try {
    await access(path, constants.X_OK);
  } catch (cause) {
    throw new Error(`'${path}' may not be executed; 'chmod +x' makes it a program`, { cause });
  }
  return path;
}

function errorCode(error: NodeJS.ErrnoException): string {
  return error.code ?? error.message;
}

function lacking(code: string): string {
  return code === "ENOENT" || code === "ENOTDIR"
    ? "does not exist on this machine"
    : `cannot be reached: ${code}`;
}
