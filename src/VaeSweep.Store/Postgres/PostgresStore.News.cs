using Npgsql;

namespace VaeSweep.Store.Postgres;

/// <content>What other processes did.</content>
internal sealed partial class PostgresStore
{
    private const string NewsChannel = "vaesweep";

    public async Task ListenAsync(Action<StoreNews> heard, CancellationToken cancellationToken)
    {
        try
        {
            // A connection of its own: the driver hands notifications on only while it waits for them.
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            connection.Notification += (_, news) => heard(Words.Parse<StoreNews>(news.Payload));
            await using (var listen = new NpgsqlCommand($"LISTEN {NewsChannel}", connection))
                await listen.ExecuteNonQueryAsync(cancellationToken);
            while (true)
                await connection.WaitAsync(cancellationToken);
        }
        catch (NpgsqlException error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw PostgresFailure.Explain(error, Location);
        }
    }
}
