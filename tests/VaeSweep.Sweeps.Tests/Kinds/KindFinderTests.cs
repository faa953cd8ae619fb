using VaeSweep.Sweeps;
using VaeSweep.Sweeps.Tests;

[assembly: KindsIn(typeof(TwoShapes))]
[assembly: KindsIn(typeof(OneShape))]

namespace VaeSweep.Sweeps.Tests;

public sealed class KindFinderTests
{
    [Fact]
    public void Kinds_come_in_the_order_of_their_names_wherever_they_stand() =>
        Assert.Equal(["third", "first", "second"], KindFinder.For<Shape>(["third", "first", "second"])
            .Select(shape => shape.Name));

    [Fact]
    public void A_name_that_nothing_carries_out_and_a_kind_without_a_line_are_told_together()
    {
        var error = Assert.Throws<InvalidOperationException>(() => KindFinder.For<Shape>(["first", "fourth", "second"]));

        Assert.Equal(
            "Shape in the classes of VaeSweep.Sweeps.Tests that KindsIn names: nothing carries out 'fourth'; 'third' is in "
                + "no list.",
            error.Message);
    }
}

internal sealed record Shape(string Name) : IKind;

internal static class TwoShapes
{
    public static Shape First { get; } = new("first");

    internal static Shape Second { get; } = new("second");
}

internal sealed class OneShape
{
    public static Shape Third { get; } = new("third");

    public Shape OfAnInstance { get; } = new("instance");
}

/// <summary>No attribute names it.</summary>
internal static class Unseen
{
    public static Shape Fourth { get; } = new("fourth");
}
