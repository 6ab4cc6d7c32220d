/**
 * Imported before anything else. Node shares four threads among all file work; a few large downloads that sync at once
 * would make a callback's own sync wait behind them. The size counts only until the first file is touched.
 */
process.env['UV_THREADPOOL_SIZE'] ??= '16';
