using VaeSweep.Cluster.Commands;
using VaeSweep.Store;
using VaeSweep.Store.LiteDb;

namespace VaeSweep.Chaos;

/// <summary>A folder with one sweep file and its store, and whoever works there.</summary>
internal sealed class Desk : IDisposable
{
    private readonly string _devices;

    public Desk(string sweep, string devices = "cpu:2")
    {
        _devices = devices;
        Folder = Directory.CreateTempSubdirectory("vaesweep-chaos-").FullName;
        WriteSweep(sweep);
    }

    public string Folder { get; }

    public string Artifacts => StorePath + ".artifacts";

    private string StorePath => Path.Combine(Folder, "vaesweep.db");

    public void WriteSweep(string sweep) => File.WriteAllText(Path.Combine(Folder, "sweep.yaml"), sweep);

    public CommandRun Run() => CommandRun.Start(Folder, "run", "sweep.yaml", "--devices", _devices, "--format", "json");

    public CommandRun Resume() => CommandRun.Start(Folder, "resume", "chaos", "--devices", _devices, "--format", "json");

    /// <summary>Runs a command to its end, which is to be a success.</summary>
    /// <returns>Its standard output.</returns>
    public async Task<string> DoAsync(Func<CommandRun> start, CancellationToken cancellationToken)
    {
        using var run = start();
        var code = await run.ExitAsync(cancellationToken);

        Assert.True(code == 0, $"exit code {code}. It said:\n{run.Errors}");
        run.AssertNoneLeft();
        return run.Output;
    }

    /// <summary>Goes on to the end as a person would: resumes, or runs the file again when it was killed before anything was
    /// stored.</summary>
    /// <returns>The table.</returns>
    public async Task<string> FinishAsync(CancellationToken cancellationToken)
    {
        if (await IsStoredAsync(cancellationToken))
            return await DoAsync(Resume, cancellationToken);

        return await DoAsync(Run, cancellationToken);
    }

    /// <summary>Whether there is anything to resume. Looks through a program of its own, as a person would.</summary>
    public async Task<bool> IsStoredAsync(CancellationToken cancellationToken)
    {
        using var list = CommandRun.Start(Folder, "status", "chaos");
        return await list.ExitAsync(cancellationToken) == 0;
    }

    public async Task<IReadOnlyList<object?[]>> QueryAsync(string sql, CancellationToken cancellationToken)
    {
        await using var store = await OpenStoreAsync(cancellationToken);
        var result = await store.QueryAsync(sql, null, CommandRun.Patience, cancellationToken);
        Assert.False(result.Truncated);
        return result.Rows;
    }

    /// <summary>The store itself, or the head that has it.</summary>
    public async Task<IStore> OpenStoreAsync(CancellationToken cancellationToken)
    {
        IStore store = StoreFactory.Open(StorePath, TimeProvider.System, new StoreOptions { ReadOnly = true });
        try
        {
            await store.MigrateAsync(cancellationToken);
            return store;
        }
        catch (StoreInUseException held) when (held.Owner is { Address: { } address, Token: var token })
        {
            await store.DisposeAsync();
            return RemoteStore.Connect(address, token, setup: null, TimeProvider.System);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until at least so many epochs are stored.</summary>
    public Task StoredAsync(int epochs, CancellationToken cancellationToken) =>
        HoldsAsync($"SELECT count(*) >= {epochs} FROM epochs", cancellationToken);

    /// <summary>Waits until a query over the views answers 1, woken by whatever is written in the folder.</summary>
    public async Task HoldsAsync(string sql, CancellationToken cancellationToken)
    {
        using var writes = new Writes(Folder);
        while (!await AnswersOneAsync(sql, cancellationToken))
            await writes.NextAsync(cancellationToken);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private async Task<bool> AnswersOneAsync(string sql, CancellationToken cancellationToken)
    {
        if (!File.Exists(StorePath))
            return false;

        try
        {
            return (await QueryAsync(sql, cancellationToken))[0][0] is 1L;
        }
        catch (StoreException)
        {
            // It is being made, or its head has no ear yet, or none any more.
            return false;
        }
    }
}
