using System.Buffers;
using Npgsql;

namespace VaeSweep.Store.Postgres;

/// <content>Checkpoints and models, for machines that share no folder.</content>
internal sealed partial class PostgresStore
{
    private const int PieceBytes = 1 << 20;

    public bool KeepsFiles => true;

    /// <summary>Each piece is a transaction of its own, and no trial's row is held: a renewal never waits for an upload. Its size, written last, says that it is whole.</summary>
    public async Task PutFileAsync(AttemptKey attempt, string path, Stream content, CancellationToken cancellationToken)
    {
        var key = await TransactAsync(
            async session => await session.ScalarAsync("SELECT file_key FROM t_files WHERE trial_key = $1 AND path = $2 AND bytes IS NOT NULL", attempt.TrialKey, path) is long
                ? default(long?)
                : (long)(await session.ScalarAsync(
                    """
                    INSERT INTO t_files(trial_key, attempt, path) VALUES ($1, $2, $3)
                    ON CONFLICT (trial_key, path) DO UPDATE SET attempt = excluded.attempt RETURNING file_key
                    """,
                    attempt.TrialKey, attempt.Attempt, path))!,
            cancellationToken);
        if (key is not { } file)
            return;
        var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            var bytes = 0L;
            for (var piece = 0; await content.ReadAtLeastAsync(buffer.AsMemory(0, PieceBytes), PieceBytes, throwOnEndOfStream: false, cancellationToken) is var read and > 0; piece++)
            {
                var (part, number) = (new ArraySegment<byte>(buffer, 0, read), piece);
                await TransactAsync(
                    session => session.ExecuteAsync(
                        """
                        INSERT INTO t_file_pieces(file_key, piece, content) VALUES ($1, $2, $3)
                        ON CONFLICT (file_key, piece) DO UPDATE SET content = excluded.content
                        """,
                        file, number, part),
                    cancellationToken);
                bytes += read;
            }

            await TransactAsync(session => session.ExecuteAsync("UPDATE t_files SET bytes = $2 WHERE file_key = $1", file, bytes), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public async Task<bool> GetFileAsync(long trialKey, string path, Stream destination, CancellationToken cancellationToken)
    {
        var found = await TransactAsync(
            session => session.RowsAsync(
                row => (Key: row.GetInt64(0), Bytes: row.GetInt64(1)),
                "SELECT file_key, bytes FROM t_files WHERE trial_key = $1 AND path = $2 AND bytes IS NOT NULL", trialKey, path),
            cancellationToken);
        if (found.Count == 0)
            return false;
        var (key, bytes) = found[0];
        var written = 0L;
        for (var piece = 0; written < bytes; piece++)
        {
            var number = piece;
            var content = await TransactAsync(
                async session => (byte[]?)await session.ScalarAsync("SELECT content FROM t_file_pieces WHERE file_key = $1 AND piece = $2", key, number), cancellationToken);
            if (content is null)
                return false;
            await destination.WriteAsync(content, cancellationToken);
            written += content.Length;
        }

        return true;
    }

    public Task<int> DropFilesAsync(CancellationToken cancellationToken) =>
        TransactAsync(
            session => session.ExecuteAsync(
                // What is still to be recorded is the newest of its trial's running attempt. Where training is complete, nothing will be resumed.
                """
                DELETE FROM t_files f USING t_trials t
                WHERE t.trial_key = f.trial_key AND f.path IS DISTINCT FROM t.model_path
                  AND NOT EXISTS (SELECT FROM t_evaluations v WHERE v.trial_key = f.trial_key AND v.file = f.path)
                  AND (t.state = 'succeeded' OR NOT EXISTS (SELECT FROM t_checkpoints k WHERE k.checkpoint_key = t.last_checkpoint AND k.path = f.path))
                  AND NOT (t.state = 'running' AND f.attempt = t.attempt
                           AND f.file_key >= (SELECT coalesce(max(n.file_key), 0) FROM t_files n WHERE n.trial_key = f.trial_key
                                              AND EXISTS (SELECT FROM t_checkpoints k WHERE k.checkpoint_key = t.last_checkpoint AND k.path = n.path)))
                """),
            cancellationToken);
}
