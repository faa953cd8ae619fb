using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests;

public sealed class UnitsJsonTests
{
    [Fact]
    public void Numbers_keep_seven_digits_of_any_size()
    {
        var numbers = Gen.Choose(1, 9_999_999)
            .SelectMany(_ => Gen.Choose(-12, 12), (digits, exponent) => digits * Math.Pow(10, exponent))
            .SelectMany(_ => Gen.Elements(1, -1), (size, sign) => size * sign).ToArbitrary();

        Prop.ForAll(numbers, number =>
        {
            var back = Decode([new LayerUnits([number], [0])])[0][0][0]!.Value;
            return Math.Abs(back - number) <= 1e-7 * Math.Abs(number);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Layers_and_units_keep_their_places_and_what_is_not_finite_is_null()
    {
        var decoded = Decode(
            [new LayerUnits([0, 1, -2.5], [double.NaN, double.PositiveInfinity, 1e300]), new LayerUnits([0.1], [123456.75])]);

        Assert.Equal([[[0, null], [1, null], [-2.5, 1e300]], [[0.1, 123456.75]]], decoded);
    }

    [Fact]
    public void Nothing_measured_is_nothing()
    {
        Assert.Null(UnitsJson.Encode([]));
    }

    [Fact]
    public void Activities_and_kl_terms_must_pair_up()
    {
        Assert.Throws<ArgumentException>(() => UnitsJson.Encode([new LayerUnits([1, 2], [1])]));
    }

    private static double?[][][] Decode(IReadOnlyList<LayerUnits> layers) =>
        JsonSerializer.Deserialize<double?[][][]>(Encoding.UTF8.GetString(UnitsJson.Encode(layers)!))!;
}
