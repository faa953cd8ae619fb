namespace VaeSweep.Sweeps;

internal sealed partial class SweepReader
{
    private const int MostConfirmed = 1000;
    private const int UsualConfirmed = 5;

    private static readonly string[] _confirmKeys = ["top", "seeds"];

    private ConfirmSettings? ReadConfirm(SourceNode root, SearchSettings search, IReadOnlyList<SweepBlock> blocks)
    {
        if (Get(root, "confirm") is not { } node || node is { Text: "none", Quoted: false })
            return null;
        if (node.Kind != NodeKind.Map)
        {
            Fault(node, "confirm takes none, or how many of the best points are trained again and with how many fresh seeds, "
                + $"like {{ top: {UsualConfirmed}, seeds: {UsualConfirmed} }}; found {node.Describe()}.");
            return null;
        }

        CheckKeys(node, "confirm", _confirmKeys);
        CheckMetric(GetKey(root, "confirm")!, "confirm", search, blocks);
        return new ConfirmSettings(
            (int)ReadWhole(node, "top", 1, MostConfirmed, UsualConfirmed),
            // One seed says nothing of the spread.
            (int)ReadWhole(node, "seeds", 2, MostConfirmed, UsualConfirmed));
    }
}
