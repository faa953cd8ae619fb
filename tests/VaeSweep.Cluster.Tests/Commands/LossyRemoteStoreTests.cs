namespace VaeSweep.Cluster.Tests.Commands;

/// <summary>The same when frames get lost and doubled: nothing is done twice, and nothing is left out.</summary>
public sealed class LossyRemoteStoreTests : RemoteStoreTests
{
    private protected override Random? Network { get; } = new(7);
}
