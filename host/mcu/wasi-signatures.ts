/** The parameters of each call of WASI preview 1. All but `proc_exit` answer an error number. */

import type { ValueType } from "./core.ts";

/** `i` for i32, `l` for i64. */
function signature(letters: string): readonly ValueType[] {
  return [...letters].map((letter) => (letter === "l" ? "i64" : "i32"));
}

export const signatures = {
  args_get: signature("ii"),
  args_sizes_get: signature("ii"),
  environ_get: signature("ii"),
  environ_sizes_get: signature("ii"),
  clock_res_get: signature("ii"),
  clock_time_get: signature("ili"),
  fd_advise: signature("illi"),
  fd_allocate: signature("ill"),
  fd_close: signature("i"),
  fd_datasync: signature("i"),
  fd_fdstat_get: signature("ii"),
  fd_fdstat_set_flags: signature("ii"),
  fd_fdstat_set_rights: signature("ill"),
  fd_filestat_get: signature("ii"),
  fd_filestat_set_size: signature("il"),
  fd_filestat_set_times: signature("illi"),
  fd_pread: signature("iiili"),
  fd_prestat_get: signature("ii"),
  fd_prestat_dir_name: signature("iii"),
  fd_pwrite: signature("iiili"),
  fd_read: signature("iiii"),
  fd_readdir: signature("iiili"),
  fd_renumber: signature("ii"),
  fd_seek: signature("ilii"),
  fd_sync: signature("i"),
  fd_tell: signature("ii"),
  fd_write: signature("iiii"),
  path_create_directory: signature("iii"),
  path_filestat_get: signature("iiiii"),
  path_filestat_set_times: signature("iiiilli"),
  path_link: signature("iiiiiii"),
  path_open: signature("iiiiillii"),
  path_readlink: signature("iiiiii"),
  path_remove_directory: signature("iii"),
  path_rename: signature("iiiiii"),
  path_symlink: signature("iiiii"),
  path_unlink_file: signature("iii"),
  poll_oneoff: signature("iiii"),
  proc_exit: signature("i"),
  proc_raise: signature("i"),
  random_get: signature("ii"),
  sched_yield: signature(""),
  sock_accept: signature("iii"),
  sock_recv: signature("iiiiii"),
  sock_send: signature("iiiii"),
  sock_shutdown: signature("ii"),
} as const satisfies Record<string, readonly ValueType[]>;

export type WasiCallName = keyof typeof signatures;
