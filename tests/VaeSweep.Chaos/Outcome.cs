using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace VaeSweep.Chaos;

/// <summary>Everything that a finished sweep computed. Nothing in it may depend on what happened to the processes
/// meanwhile.</summary>
internal sealed record Outcome(string Table, IReadOnlyList<string> Rows, IReadOnlyDictionary<string, byte[]> Models)
{
    private static readonly (string What, string Sql)[] _compared =
    [
        ("epochs", "SELECT trial, epoch, train_elbo, train_recon, train_kl, valid_elbo, valid_recon, valid_kl, train_objective, "
            + "beta, active_units, "
            + "active_units_01, grad_norm FROM epochs ORDER BY trial, epoch"),
        ("units", "SELECT trial, epoch, layer, unit, activity, kl FROM units ORDER BY trial, epoch, layer, unit"),
        ("evaluations", "SELECT trial, metric, value, samples, images FROM evaluations ORDER BY trial, metric"),
        ("trials", "SELECT trial, fingerprint, seed, state, epochs_done, epochs, config FROM trials ORDER BY trial"),
    ];

    public static async Task<Outcome> ReadAsync(Desk desk, string table, CancellationToken cancellationToken)
    {
        var rows = new List<string>();
        foreach (var (what, sql) in _compared)
        {
            rows.AddRange((await desk.QueryAsync(sql, cancellationToken))
                .Select(row => $"{what}: {string.Join(' ', row.Select(Exact))}"));
        }

        var models = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var row in await desk.QueryAsync(
            "SELECT trial, model_path FROM trials WHERE state = 'succeeded'", cancellationToken))
        {
            models.Add((string)row[0]!, Tensors(await File.ReadAllBytesAsync((string)row[1]!, cancellationToken)));
        }

        return new Outcome(table, rows, models);
    }

    public void AssertSameAs(Outcome reference)
    {
        Assert.Equal(reference.Rows, Rows);
        Assert.Equal(reference.Table, Table);
        Assert.Equal(reference.Models.Keys, Models.Keys);
        Assert.All(reference.Models, model =>
            Assert.True(model.Value.AsSpan().SequenceEqual(Models[model.Key]), $"the model of {model.Key} differs"));
    }

    // What a safetensors file holds, without the metadata, which name the program and the process that wrote it.
    private static byte[] Tensors(byte[] file)
    {
        var header = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        var tensors = JsonNode.Parse(file.AsSpan(sizeof(long), header))!.AsObject();
        tensors.Remove("__metadata__");
        return [.. Encoding.UTF8.GetBytes(tensors.ToJsonString()), .. file.AsSpan(sizeof(long) + header)];
    }

    // Two doubles are the same when their bits are.
    private static string Exact(object? value) => value is double number
        ? $"{BitConverter.DoubleToInt64Bits(number):x16}" : $"{value}";
}
