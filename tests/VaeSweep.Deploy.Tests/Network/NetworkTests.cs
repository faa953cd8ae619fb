using System.Globalization;

[assembly: AssemblyFixture(typeof(VaeSweep.Deploy.Tests.Network.Undisturbed))]

namespace VaeSweep.Deploy.Tests.Network;

/// <summary>A head here and nodes on machines of their own: what these tests have in common.</summary>
public abstract class NetworkTests(Undisturbed quiet, int places) : IAsyncLifetime
{
    /// <summary>Seconds.</summary>
    protected const int Lease = 4;

    private protected LabNetwork Network { get; private set; } = null!;

    private protected Lab Lab { get; private set; } = null!;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Network = await LabNetwork.CreateAsync(places, Token);
        Lab = await Lab.StartAsync(Token, Network.Host, "--lease", $"{Lease}", "--verbose");
    }

    public async ValueTask DisposeAsync()
    {
        if (Lab is not null)
            await Lab.DisposeAsync();
        if (Network is not null)
            await Network.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected static double Now() => Seconds(TimeProvider.System.GetUtcNow());

    private protected Task SubmitAsync(string name) =>
        Lab.DoAsync(Token, "submit", Lab.Write($"{name}.yaml", Undisturbed.Sweep(name)));

    private protected Task<LabNode> StartNodeAsync(int place, int devices) =>
        LabNode.StartAsync(Lab, Network, place, devices, Token);

    /// <summary>Waits until so many nodes have trainers that wait for work or have some.</summary>
    private protected Task ReadyAsync(int nodes, params LabNode[] shown) =>
        HoldsAsync("SELECT count(*) FROM nodes WHERE provenance IS NOT NULL", nodes, shown);

    /// <summary>Waits until both trials were trained for a while by an attempt that has not ended.</summary>
    private protected Task AtWorkAsync(string sweep, int attempt, params LabNode[] shown) => HoldsAsync(
        $"SELECT count(*) FROM attempts WHERE sweep = '{sweep}' AND attempt = {attempt} AND to_epoch > from_epoch + 10 "
        + "AND outcome IS NULL", 2, shown);

    private protected Task SucceededAsync(string sweep, params LabNode[] shown) =>
        HoldsAsync($"SELECT count(*) FROM trials WHERE sweep = '{sweep}' AND state = 'succeeded'", 2, shown);

    /// <returns>The last epochs that attempts of a number have reported.</returns>
    private protected Task<IReadOnlyList<object?[]>> ReportedAsync(string sweep, int attempt) => Lab.QueryAsync(
        $"SELECT trial, max(epoch) FROM epochs WHERE sweep = '{sweep}' AND attempt = {attempt} GROUP BY trial ORDER BY trial",
        Token);

    /// <returns>Seconds until both trials were granted for the n-th time.</returns>
    private protected async Task<double> GrantedAfterAsync(double moment, string sweep, int attempt) =>
        (await Lab.QueryAsync($"SELECT started_at FROM attempts WHERE sweep = '{sweep}' AND attempt = {attempt}", Token))
        .Max(row => Seconds(DateTimeOffset.Parse((string)row[0]!, CultureInfo.InvariantCulture))) - moment;

    private protected Task<long> MostAttemptsAsync(string sweep) =>
        Lab.CountAsync($"SELECT max(attempt) FROM attempts WHERE sweep = '{sweep}'", Token);

    private protected Task SaidAsync(LabNode node, string words, int times) =>
        Until.HoldsAsync(() => node.Log.Split(words).Length > times, () => node.Log, Token);

    private protected static async Task LastsAsync(int seconds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(seconds));
        await timer.WaitForNextTickAsync(Token);
    }

    private protected Task AsIfNothingHadHappenedAsync(string sweep) => quiet.AssertAsync(Lab, sweep);

    private static double Seconds(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds() / 1000.0;

    private Task HoldsAsync(string count, long expected, LabNode[] shown) => Until.HoldsAsync(
        async () => await Lab.CountAsync(count, Token) == expected,
        () => $"{count}\nhead: {Lab.HeadLog}\n{string.Join("\n\n", shown.Select(node => node.Log))}", Token);
}
